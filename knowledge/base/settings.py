"""Settings: environment variables with the prefix `QIFU_`, or a `.env` file. Made only at entry points, then passed."""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Each field is documented in README's table; a test holds the two together."""

    model_config = SettingsConfigDict(env_prefix="QIFU_", env_file=".env", extra="ignore", frozen=True)

    var_dir: Path = Path("var")
    database_url: str = ""
    index: str = Field(default="chroma", pattern=r"^(chroma|numpy|pgvector|chroma:https?://[^/]+)$")
    embedder: str = "e5"
    secret_key: SecretStr = SecretStr("")
    host: str = "127.0.0.1"
    port: int = 8000
    llm_model: str = ""
    llm_base_url: str = ""
    llm_api_key: SecretStr = SecretStr("")
    llm_structured: Literal["function_calling", "json_mode", "json_schema", "prompt"] = "function_calling"
    llm_extra_body: dict[str, Any] = {}
    llm_timeout_s: float = 15.0
    llm_daily_tokens: int = 200_000
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def database(self) -> str:
        """The database's address; SQLite in the data folder when none is set."""
        return self.database_url or f"sqlite:///{self.var_dir / 'qifu.db'}"
