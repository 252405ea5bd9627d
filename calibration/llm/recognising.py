"""Owns recognising a simulator on this machine: it is asked what it has, which costs nothing."""

from dataclasses import replace
from typing import Final

from calibration.llm.addresses import is_loopback
from calibration.llm.listing import Listing
from calibration.llm.openai_client import OpenAIModel
from calibration.llm.providers import Provider
from db.errors import Invalid

ASK_SECONDS: Final = 3.0


async def look_at(provider: Provider, *, timeout: float = ASK_SECONDS) -> Listing:
    """Ask a server of this machine what it has, without a key; another one is not asked."""
    if not is_loopback(provider.base_url):
        return Listing()
    there = replace(provider, key_name="")
    try:
        async with OpenAIModel(there, None) as model:
            return await model.list_models(timeout=timeout)
    except Invalid:
        return Listing()
