"""Settings of a mini-program at WeChat."""

from pydantic import ConfigDict, Field, SecretStr

from shared.secret_files import TakesSecretFiles
from shared.tls import TlsSettings


class WechatApp(TakesSecretFiles):
    """The mini-program at WeChat (A3, V10). Without an appid all of it is off."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)
    endpoint: str = Field("https://api.weixin.qq.com", description="base address of WeChat's API")
    appid: str = Field("", description="id of the mini-program; empty switches WeChat off")
    secret: SecretStr = SecretStr("")
    tls: TlsSettings = TlsSettings()
    timeout: float = Field(5.0, ge=0.2, le=30, description="seconds for one call")
    failures: int = Field(5, ge=1, description="calls without answer in a row after which WeChat is left alone")
    pause_seconds: float = Field(20.0, ge=1, description="for this long, before one call tries again")

    @property
    def enabled(self) -> bool:
        """Whether WeChat is used."""
        return bool(self.appid)

    def faults(self, name: str, production: bool) -> list[str]:
        """V80: no plain connection to WeChat in production, and no app without its secret."""
        faults = []
        if self.enabled and not self.secret.get_secret_value():
            faults.append(f"{name}.secret must be set where {name}.appid is")
        if production and not self.endpoint.startswith("https://"):
            faults.append(f"production profile refused: {name}.endpoint must be https://")
        return faults
