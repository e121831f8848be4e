"""The scores against numbers worked out independently, to nine digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.votes import ranking

PER_PROPOSAL = (
    # support, oppose, neutral, top, upper, eyes, contested
    (0, 0, 0, 0.0, 1.0, 1.0, 0.0),
    (1, 0, 0, 0.269865948784, 1.0, 0.730134051216, 0.0),
    (0, 1, 0, -0.269865948784, 0.730134051216, 0.533095732745, 0.0),
    (0, 100, 0, -0.973657279217, 0.0263427207832, 0.00069393893826, 0.0),
    (1, 99, 0, 0.00223409283345, 0.0435817735341, 0.00180200525645, 0.00446818566691),
    (0, 0, 50, 0.0, 1.0, 0.00263509596297, 0.0),
    (2, 0, 0, 0.425030609006, 1.0, 0.574969390994, 0.0),
    (3, 0, 0, 0.525804425842, 1.0, 0.474195574158, 0.0),
    (5, 0, 0, 0.648883499235, 1.0, 0.351116500765, 0.0),
    (10, 0, 0, 0.787058029917, 1.0, 0.212941970083, 0.0),
    (11, 0, 0, 0.80259495268, 1.0, 0.19740504732, 0.0),
    (20, 0, 0, 0.880842162639, 1.0, 0.119157837361, 0.0),
    (100, 0, 0, 0.973657279217, 1.0, 0.0263427207832, 0.0),
    (1, 1, 0, 0.120866319422, 0.879133680578, 0.666618376075, 0.241732638845),
    (3, 1, 0, 0.356168008599, 0.9420926788, 0.551995342125, 0.1158146424),
    (4, 1, 0, 0.435292553422, 0.954037546119, 0.494902199895, 0.0919249077612),
    (5, 5, 0, 0.269271821138, 0.730728178862, 0.337199163903, 0.538543642277),
    (8, 2, 0, 0.540792805687, 0.931442012262, 0.363867083061, 0.137115975475),
    (9, 1, 0, 0.652281332664, 0.977365091269, 0.317725517399, 0.0452698174617),
    (9, 1, 50, 0.652281332664, 0.977365091269, 0.0364522215609, 0.0452698174617),
    (18, 2, 0, 0.738336953673, 0.966336776438, 0.220324613759, 0.0673264471238),
    (45, 5, 0, 0.808462485848, 0.950470965523, 0.134974936788, 0.0990580689549),
    (50, 50, 0, 0.418847796113, 0.581152203887, 0.0943235642791, 0.837695592225),
    (60, 40, 0, 0.517809506434, 0.676921949409, 0.107706705074, 0.646156101182),
    (80, 20, 0, 0.72669619119, 0.85749817634, 0.112162463727, 0.285003647321),
    (90, 10, 0, 0.839644490389, 0.939281332985, 0.0935870263276, 0.121437334031),
    (500, 500, 0, 0.474027691478, 0.525972308522, 0.0273214301415, 0.948055382957),
    (900, 100, 0, 0.883299986516, 0.914541418892, 0.0285715838937, 0.170917162215),
    (9000, 1000, 0, 0.894956727949, 0.904826887119, 0.00893078539705, 0.190346225763),
    (123456, 65432, 777, 0.651790648926, 0.655392279069, 0.00235023564877, 0.689215441862),
    (5000000, 5000000, 0, 0.499739925841, 0.500260074159, 0.000260209435892, 0.999479851682),
)

PUBLISHED = (
    # x, n, lower, upper: two-sided 95 % Wilson intervals as R's binom.confint gives them
    (18, 20, 0.6989663547715128, 0.972133518786232),
    (4, 20, 0.0806576625797981, 0.4160174322518935),
    (4, 200, 0.00780442641634947, 0.05028708690582643),
    (190, 200, 0.910421851861224, 0.972617354399236),
    (1, 30, 0.00590859, 0.16670391),
    (29, 30, 0.8332961, 0.9940914),
    (0, 30, 0, 0.11351339),
    (30, 30, 0.8864866, 1),
)

OTHER_CONFIDENCE = (
    # support, oppose, the 80 % bound, the 97.5 % bound
    (1, 0, 0.378447503225, 0.206549314377),
    (1, 99, 0.00299593071376, 0.00176743206414),
    (2, 0, 0.549092369988, 0.342380227507),
    (3, 0, 0.646221035126, 0.438502968245),
    (5, 0, 0.752742872879, 0.565517535217),
    (10, 0, 0.858931317909, 0.722467200137),
    (11, 0, 0.870089718812, 0.741167033032),
    (20, 0, 0.924113020889, 0.838874841947),
    (100, 0, 0.983841636674, 0.963006501793),
    (1, 1, 0.16425172003, 0.0945312057342),
    (3, 1, 0.432541450369, 0.300641842582),
    (4, 1, 0.513541472756, 0.375534629763),
    (5, 5, 0.312204444881, 0.236593090513),
    (8, 2, 0.601596011534, 0.490162471537),
    (9, 1, 0.71755569861, 0.595849973205),
    (9, 1, 0.71755569861, 0.595849973205),
    (18, 2, 0.781604073108, 0.698966354772),
    (45, 5, 0.832287195691, 0.786397685625),
    (50, 50, 0.43644222446, 0.403831530366),
    (60, 40, 0.536089556153, 0.502002586791),
    (80, 20, 0.74407572059, 0.711170834407),
    (90, 10, 0.854858139545, 0.825634338495),
    (500, 500, 0.479753509907, 0.469069600368),
    (900, 100, 0.887178540761, 0.879848036805),
    (9000, 1000, 0.896089415696, 0.893965631474),
    (123456, 65432, 0.652189259455, 0.651444742636),
    (5000000, 5000000, 0.499797368922, 0.499690102543),
)

Z_80 = 1.2815515655446004
Z_975 = 1.959963984540054


@pytest.mark.parametrize(
    ("support", "oppose", "neutral", "top", "upper", "eyes", "contested"), PER_PROPOSAL
)
def test_every_stored_score(
    support: int, oppose: int, neutral: int, top: float, upper: float, eyes: float, contested: float
) -> None:
    scores = ranking.scores(support, oppose, neutral)
    assert scores.top == pytest.approx(top, abs=1e-9)
    assert scores.eyes == pytest.approx(eyes, abs=1e-9)
    assert scores.contested == pytest.approx(contested, abs=1e-9)
    assert ranking.interval(support, oppose)[1] == pytest.approx(upper, abs=1e-9)


@pytest.mark.parametrize(("x", "n", "lower", "upper"), PUBLISHED)
def test_the_bounds_are_wilsons(x: int, n: int, lower: float, upper: float) -> None:
    assert ranking.lower(x, n, Z_975) == pytest.approx(lower, abs=1e-8)
    assert ranking.upper(x, n, Z_975) == pytest.approx(upper, abs=1e-8)


@pytest.mark.parametrize(("support", "oppose", "at_80", "at_975"), OTHER_CONFIDENCE)
def test_the_lower_bound_at_other_confidences(
    support: int, oppose: int, at_80: float, at_975: float
) -> None:
    assert ranking.lower(support, support + oppose, Z_80) == pytest.approx(at_80, abs=1e-9)
    assert ranking.lower(support, support + oppose, Z_975) == pytest.approx(at_975, abs=1e-9)


counts = st.integers(0, 10**6)


@given(counts, counts, counts)
def test_scores_keep_within_their_bounds(support: int, oppose: int, neutral: int) -> None:
    scores = ranking.scores(support, oppose, neutral)
    low, high = ranking.interval(support, oppose)
    assert -1 <= scores.top <= 1
    assert 0 <= low <= high <= 1
    assert 0 <= scores.eyes <= 1
    assert 0 <= scores.contested <= 1


@given(counts, counts)
def test_more_support_never_ranks_lower(support: int, oppose: int) -> None:
    assert ranking.top(support + 1, oppose) > ranking.top(support, oppose)
    assert ranking.top(support, oppose + 1) < ranking.top(support, oppose)


def test_ten_unanimous_votes_outrank_eight_hundred_to_two_hundred_and_nine_do_not() -> None:
    assert ranking.top(10, 0) > ranking.top(800, 200) > ranking.top(9, 0)
