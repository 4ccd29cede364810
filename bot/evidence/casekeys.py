"""The key of a case: sealed by the key ring, opened where exhibits are sealed or read, destroyed when a case is erased.

A new key ring key therefore touches a few bytes of each case instead of all its evidence, and what an erased case had
sealed can be opened by nobody, wherever a copy of it lies.
"""

from bot.errors import VaultError
from bot.evidence.vault import CaseKey, Vault, case_key
from bot.store import casekeys
from bot.store.change import Change, Read

ERASED = "This case was erased; nothing of it is kept, and nothing can be added."


def about(case_id: int) -> str:
    """What the key of a case is sealed to."""
    return f"case-key:{case_id}"


async def for_sealing(vault: Vault, change: Change, case_id: int) -> CaseKey:
    """The key of a case, made at the first need. Raises `VaultError` when the case was erased."""
    known = await casekeys.of_case(change, case_id)
    if known is None:
        await casekeys.add(change, case_id, vault.seal(about(case_id), case_key().secret))
        known = await casekeys.of_case(change, case_id)  # somebody else's, when they were quicker
    if known is None or known.sealed is None:
        raise VaultError(ERASED)
    return case_key(vault.open(about(case_id), known.sealed))


async def for_opening(vault: Vault, read: Read, case_id: int) -> CaseKey:
    """The key of a case. Raises `VaultError` when it was destroyed or cannot be opened."""
    known = await casekeys.of_case(read, case_id)
    if known is None or known.sealed is None:
        raise VaultError(ERASED)
    return case_key(vault.open(about(case_id), known.sealed))
