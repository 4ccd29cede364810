"""The configuration: `config.toml` and the environment, read once into frozen `Settings`.

`load` raises `bot.errors.ConfigError` listing every problem with file, key, what was found and what was expected.
"""

from bot.config.load import load
from bot.config.settings import (
    AdmissionSettings,
    BackupSettings,
    ConsoleSettings,
    DatabaseSettings,
    DataSettings,
    DiscordSettings,
    EmailSettings,
    EmergencyNumber,
    EscalationSettings,
    LogSettings,
    ModerationSettings,
    RetentionSettings,
    SafeguardingSettings,
    ScreeningSettings,
    Section,
    Settings,
    TelegramSettings,
    UnionSettings,
    WebhookSettings,
    WordingSettings,
)

__all__ = [
    "AdmissionSettings",
    "BackupSettings",
    "ConsoleSettings",
    "DataSettings",
    "DatabaseSettings",
    "DiscordSettings",
    "EmailSettings",
    "EmergencyNumber",
    "EscalationSettings",
    "LogSettings",
    "ModerationSettings",
    "RetentionSettings",
    "SafeguardingSettings",
    "ScreeningSettings",
    "Section",
    "Settings",
    "TelegramSettings",
    "UnionSettings",
    "WebhookSettings",
    "WordingSettings",
    "load",
]
