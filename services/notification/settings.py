"""The only reader of the environment in this service."""

from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    SecretStr,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic_settings import SettingsConfigDict

from shared.mail_address import is_address
from shared.secret_files import TakesSecretFiles
from shared.settings import ServiceSettings, SubjectKeySettings
from shared.tls import TlsSettings
from shared.wechat.settings import WechatApp


class SmsSettings(TakesSecretFiles):
    """The SMS provider (Aliyun protocol, ACS3 signature)."""

    model_config = ConfigDict(frozen=True)
    endpoint: str = Field("https://dysmsapi.aliyuncs.com", description="base address of the provider")
    access_key_id: str = ""
    access_key_secret: SecretStr = SecretStr("")
    tls: TlsSettings = TlsSettings()
    sign_name: str = Field("湖北卫生人才", description="approved signature shown in front of the text")
    timeout: float = Field(5.0, ge=1, description="seconds; the provider asks for at least 1")
    slow_after: float = Field(3.0, gt=0, description="seconds after which a send counts as slow, of whichever provider")
    reconcile_after: float = Field(
        600.0, ge=1, description="seconds until an unknown outcome is looked up before any retry (M10)"
    )
    give_up_hours: float = Field(
        24.0, gt=0, description="a notice whose fate the provider can not tell for so long fails, for a human to see"
    )


class TencentSettings(TakesSecretFiles):
    """A second SMS provider (Tencent protocol, TC3 signature). Without an app it is off."""

    model_config = ConfigDict(frozen=True)
    endpoint: str = Field("https://sms.tencentcloudapi.com", description="base address of the provider")
    secret_id: str = ""
    secret_key: SecretStr = SecretStr("")
    tls: TlsSettings = TlsSettings()
    region: str = "ap-guangzhou"
    sdk_app_id: str = Field("", description="id of the SMS app; empty switches the provider off")
    sign_name: str = Field("湖北卫生人才", description="approved signature shown in front of the text")
    templates: dict[str, str] = Field(
        {}, description="JSON object: our template code -> id of the approved template with the same text"
    )
    timeout: float = Field(5.0, ge=1, description="seconds for one call")

    @property
    def enabled(self) -> bool:
        """Whether texts may go this way."""
        return bool(self.sdk_app_id)


class WechatNoticeSettings(WechatApp):
    """Notices through the mini-program. Without an appid they are off."""

    state: Literal["developer", "trial", "formal"] = Field(
        "formal", description="which version of the mini-program a notice opens"
    )


class SmtpSettings(TakesSecretFiles):
    """The mail server. Without a host e-mail is off."""

    model_config = ConfigDict(frozen=True)
    host: str = Field("", description="name of the mail server; empty switches e-mail off")
    port: int = Field(465, ge=1, le=65535)
    security: Literal["tls", "starttls", "none"] = Field(
        "tls", description="TLS from the first byte, or by STARTTLS; `none` is for tests and refused in production"
    )
    tls: TlsSettings = TlsSettings()
    username: str = Field("", description="empty: the server asks for no login")
    password: SecretStr = SecretStr("")
    sender: str = Field("", description="address that letters come from")
    sender_name: str = Field("湖北卫生人才", description="name shown beside it")
    timeout: float = Field(10.0, ge=1, description="seconds for one step of the conversation")

    @property
    def enabled(self) -> bool:
        """Whether letters may go."""
        return bool(self.host)


class CallbackSettings(TakesSecretFiles):
    """Where one provider reports receipts (V68). Without a secret and sources nobody is let in."""

    model_config = ConfigDict(frozen=True)
    secret: SecretStr = Field(
        SecretStr(""), description="last part of the path the provider calls; 32 characters or more"
    )
    sources: tuple[IPvAnyNetwork, ...] = Field((), description="JSON list of networks the provider calls from")

    @field_validator("secret")
    @classmethod
    def _refuse_guessable(cls, secret: SecretStr) -> SecretStr:
        if 0 < len(secret.get_secret_value()) < 32:
            raise ValueError("the secret of a callback has 32 characters or more")
        return secret


class CallbacksSettings(BaseModel):
    """The callbacks of the providers."""

    model_config = ConfigDict(frozen=True)
    aliyun: CallbackSettings = CallbackSettings()
    tencent: CallbackSettings = CallbackSettings()


class LaneSlots(BaseModel):
    """Deliveries that a copy has in hand at a time, by lane. A lane whose slots all hang holds up no other."""

    model_config = ConfigDict(frozen=True)
    codes: int = Field(10, ge=1, le=200, description="texts with a login code")
    mail_codes: int = Field(
        10, ge=1, le=200, description="letters with a code; each is a connection to the mail server"
    )
    texts: int = Field(20, ge=1, le=200, description="all other texts")
    wechat: int = Field(10, ge=1, le=200, description="notices by WeChat")
    letters: int = Field(10, ge=1, le=200, description="letters; each is a connection to the mail server")
    look_ups: int = Field(10, ge=1, le=200, description="questions to a provider about texts of unknown fate")


class SendingSettings(BaseModel):
    """When texts go, how many at a time, and which never leave."""

    model_config = ConfigDict(frozen=True)
    quiet_hours: bool = Field(True, description="business notices wait from 21:00 to 08:00; must be true in production")
    morning_per_minute: int = Field(600, ge=1, description="so many of the notices that waited go in a minute")
    slots: LaneSlots = LaneSlots()
    simulated_prefixes: tuple[Annotated[str, StringConstraints(pattern=r"^1[3-9]\d{5,9}$")], ...] = Field(
        (), description="JSON list of beginnings of numbers, 7 digits or more, whose texts count as delivered unsent"
    )


class RetentionSettings(BaseModel):
    """How long things are kept (V57)."""

    model_config = ConfigDict(frozen=True)
    phone_days: int = Field(7, ge=2, description="phones and codes leave deliveries that are done after so many days")
    message_days: int = Field(400, ge=30, description="what messages say goes after so many days; their kind stays")
    provider_days: int = Field(
        90, ge=31, description="receipts and providers' ids are forgotten after so many days; providers answer for 30"
    )


class Settings(ServiceSettings):
    """Environment prefix NOTIFICATION_."""

    model_config = SettingsConfigDict(
        env_prefix="NOTIFICATION_",
        env_nested_delimiter="__",
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    subject_keys: SubjectKeySettings
    sms: SmsSettings = SmsSettings()
    tencent: TencentSettings = TencentSettings()
    wechat: WechatNoticeSettings = WechatNoticeSettings()
    smtp: SmtpSettings = SmtpSettings()
    callbacks: CallbacksSettings = CallbacksSettings()
    sending: SendingSettings = SendingSettings()
    retention: RetentionSettings = RetentionSettings()
    web_url: str | None = Field(
        None,
        description="where the candidates' web client lives; without it letters name no address",
        pattern="^https?://",
    )
    inbox_streams: int = Field(1500, ge=1, le=50_000, description="live inboxes open at a time in a process")
    number_searches_per_minute: int = Field(
        30,
        ge=1,
        le=600,
        description="pages of searches by a phone number that one account may ask for in a minute",
    )
    sms_provider: Literal["aliyun", "tencent"] = Field(
        "aliyun",
        description="who texts go to first; the other one, where it is set up, takes over when this one does badly",
    )

    @model_validator(mode="after")
    def _refuse_unsafe_provider(self) -> Self:
        """V52, V80: in production texts leave by TLS only; a provider that is switched on has all it needs."""
        faults = self.wechat.faults("wechat", self.profile == "production")
        if self.tencent.enabled and not (self.tencent.secret_id and self.tencent.secret_key.get_secret_value()):
            faults.append("tencent.secret_id and tencent.secret_key must be set where tencent.sdk_app_id is")
        if self.sms_provider == "tencent" and not self.tencent.enabled:
            faults.append("tencent.sdk_app_id must be set where sms_provider is tencent")
        faults += mail_faults(self.smtp)
        if self.profile == "production":
            faults += [f"production profile refused: {fault}" for fault in self._unprotected()]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _unprotected(self) -> list[str]:
        plain = [name for name in ("sms", "tencent") if not getattr(self, name).endpoint.startswith("https://")]
        mail = ["smtp.security must be tls or starttls"] if self.smtp.security == "none" else []
        loud = [] if self.sending.quiet_hours else ["sending.quiet_hours must be true"]
        return [f"{name}.endpoint must be https://" for name in plain] + mail + loud


def mail_faults(smtp: SmtpSettings) -> list[str]:
    """Why letters could not go, or would tell a password to everybody on the way."""
    faults = []
    if smtp.enabled and not is_address(smtp.sender):
        faults.append("smtp.sender must be an address where smtp.host is set")
    if smtp.username and not smtp.password.get_secret_value():
        faults.append("smtp.password must be set where smtp.username is")
    if smtp.username and smtp.security == "none":
        faults.append("smtp.security must be tls or starttls where smtp.username is set")
    return faults
