"""The pages of accounts: coming in by any way, and what a person sees to in their own account."""

from __future__ import annotations

from .agreeing_views import bp as agreeing_pages
from .code_views import bp as codes_pages
from .provider_views import bp as provider_pages
from .reset_views import bp as reset_pages
from .second_factor_views import bp as second_factors_pages
from .second_step_views import bp as second_steps_pages
from .sign_in_views import bp as sign_ins_pages
from .views import bp as accounts_pages

PAGES = (
    accounts_pages,
    reset_pages,
    codes_pages,
    provider_pages,
    second_steps_pages,
    second_factors_pages,
    sign_ins_pages,
    agreeing_pages,
)
