"""Settings of the authority's check: which one, where, and how patient we are (V30, V67)."""

from ipaddress import IPv4Network, IPv6Network
from typing import ClassVar, Literal, Self

from pydantic import ConfigDict, Field, SecretStr, model_validator

from shared.secret_files import TakesSecretFiles
from shared.tls import TlsSettings


class AuthorityLimits(TakesSecretFiles):
    """IDENTITY_AUTHORITY__...; off unless a provider is named."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    VENDORS: ClassVar[dict[str, str]] = {"aliyun": "cloudauth.aliyuncs.com", "tencent": "faceid.tencentcloudapi.com"}

    provider: Literal["off", "aliyun", "tencent"] = Field("off", description="which authority confirms name and number")
    endpoint: str | None = Field(None, description="another address of the provider, such as a relay's")
    key_id: str = Field("", description="the provider's access key")
    key_secret: SecretStr = Field(SecretStr(""), description="its secret")
    tls: TlsSettings = TlsSettings()
    region: str = Field("ap-guangzhou", description="region header of Tencent")
    seconds: float = Field(8.0, gt=0, le=60, description="longest time for one question")
    allowed_hosts: tuple[str, ...] = Field((), description="hosts that may be called besides the providers' own (V67)")
    allowed_networks: tuple[IPv4Network | IPv6Network, ...] = Field(
        (), description="networks that may be called although they are not public (V67)"
    )
    retry_seconds: float = Field(30.0, gt=0, description="pause after the first unanswered question; doubles each time")
    retry_longest_seconds: float = Field(3600.0, gt=0, description="longest pause, and the pause after a daily limit")
    lease_seconds: int = Field(120, ge=30, description="a question whose asker died is asked again after this long")

    @property
    def address(self) -> str:
        """Where questions go."""
        return self.endpoint or f"https://{self.VENDORS[self.provider]}"

    @model_validator(mode="after")
    def _with_key(self) -> Self:
        if self.provider != "off" and not (self.key_id and self.key_secret.get_secret_value()):
            raise ValueError("authority.key_id and authority.key_secret are needed with a provider")
        return self
