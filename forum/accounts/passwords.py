"""The passwords that anyone would try first: the 10,000 commonest, and those of this place.

The list is that of zxcvbn, the commonest first; it is read once somebody chooses a password. Beside
it stand words of French and of either keyboard, with digits behind them or spelt with signs.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import islice, pairwise

SHORTEST = 8
COMMONEST = 10_000

COMMON = frozenset(
    """
    abcd1234 abc12345 access access14 admin adminadmin administrator amandine anthony apple
    arsenal asdfasdf asdfghjk asdfghjkl azerty azertyui azertyuiop bailey bandit banana baseball
    basketball batman bienvenue biteme blink182 bonjour bonjour1 butterfly caroline changeme
    charlie charlotte cheese chelsea chocolat chocolate circleback coffee computer cookie corvette
    cowboys dallas daniel default doudou dragon dreamer einstein elephant esperance falcon ferrari
    flower football forever formula1 forum freedom fuckyou gandalf ginger google guitar hannah
    harley harrypotter hello hellohello hockey hunter iloveyou internet iwantu jennifer jessica
    jetaime jetaime1 jordan jordan23 justin killer letmein letmein1 liberte lifehack liverpool
    login london loulou love lovely loveyou ludovic maggie mamanpapa manchester marine marseille
    martin master matrix maverick mercedes metallica michael michelle midnight mohamed monkey
    montreal motdepasse mustang naruto nathalie ncc1701d newyork nicolas nirvana nothing nintendo
    oliver orange ottawa panther parisien parola passer passpass passw0rd password patrick peanut
    peekaboo pepper phoenix pokemon portugal princess purple qazwsx qazwsxedc qwer1234 qwert123
    qwerty qwertyui qwertyuiop rainbow ranger raphael rocknroll samantha samsung scooter secret
    security server shadow silver slipknot snoopy snowball soccer soleil solitude spiderman
    starwars steelers stephane summer sunshine superman tennis test testing testtest thomas
    thunder tigger tinkle toronto treasure trustno1 tucker turtle valentin vanille victoire
    victoria vincent voyage welcome whatever william winner winter yankees yellow zaq12wsx
    """.split()  # noqa: SIM905
)
LEET = str.maketrans("@4310$5!7", "aaeiossit")
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn")


def is_common(password: str) -> bool:
    """Say whether the password is on the list, with or without digits behind it, or a mere run."""
    plain = password.casefold()
    word = re.sub(r"[\d\W_]+$", "", plain)
    spelt = {plain, word, plain.translate(LEET), word.translate(LEET)}
    return bool(spelt & COMMON) or plain in commonest() or not word or is_run(plain)


@cache
def commonest() -> frozenset[str]:
    """Return the commonest passwords that are long enough to be taken at all."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    long = (each for each in FREQUENCY_LISTS["passwords"] if len(each) >= SHORTEST)
    return frozenset(islice(long, COMMONEST))


def is_run(password: str) -> bool:
    """Say whether the password repeats a short piece or walks along the alphabet or a keyboard."""
    if re.fullmatch(r"(.{1,4}?)\1+.{0,3}", password):
        return True
    steps = sum(follows(first, second) for first, second in pairwise(password))
    return steps >= 0.75 * (len(password) - 1)


def follows(first: str, second: str) -> bool:
    """Say whether the second character stands beside the first, or repeats it."""
    if abs(ord(first) - ord(second)) <= 1:
        return True
    return any(first + second in row or second + first in row for row in ROWS)
