"""The organisation: legal entities, brand, newsletters' common ground (newsletters/network.yaml)."""

from typing import Annotated, Self
from unicodedata import category

from pydantic import Field, model_validator

from lpdownload.model.account import ProviderAccount, account_prefix
from lpdownload.model.contact import Contact
from lpdownload.model.mail_client import DEFAULT_CLIENTS, MailClient
from lpdownload.model.sections.media import SocialAccount
from lpdownload.model.subscriber import AttributeDeclaration
from lpdownload.model.text import (
    BaseUrl,
    Email,
    FixedLine,
    FixedMarkdown,
    Language,
    Line,
    Slug,
    Value,
    WebUrl,
    refuse,
)
from lpdownload.model.theme import Theme
from lpdownload.model.tracking import Tracking
from lpdownload.settings import PROVIDERS


class EntityWords(Value):
    """An entity's words in another language."""

    legal_form: FixedLine | None = Field(None, description="As in 501(c)(3).")
    disclaimer: FixedMarkdown | None = Field(
        None, description="What the law asks to be said, for the footer."
    )


class NetworkWords(Value):
    """The network's words in another language."""

    about: FixedMarkdown | None = Field(None, description="Who we are, in a sentence or two.")


class Entity(Value):
    """A legal entity that may stand behind an issue or a section."""

    name: FixedLine = Field(description="Its full name.")
    legal_form: FixedLine | None = Field(None, description="As in 501(c)(3).")
    postal_address: Annotated[
        tuple[FixedLine, ...], Field(min_length=1, description="Lines of a valid postal address.")
    ]
    disclaimer: FixedMarkdown | None = Field(
        None, description="What the law asks to be said, for the footer."
    )
    translated: dict[Language, EntityWords] = Field({}, description="Its words in other languages.")


class Sender(Value):
    """A From identity or a reply address."""

    name: Annotated[FixedLine, Field(max_length=80)] = Field(description="The name in the inbox.")
    email: Email = Field(description="The mail address.")

    @model_validator(mode="after")
    def _plain_name(self) -> Self:
        if any(ord(char) >= 0x2190 and category(char)[0] == "S" for char in self.name):
            raise refuse(
                "bad-sender",
                "a sender's name holds no emoji",
                "the name alone; the emoji belongs to the subject",
            )
        return self


class Hub(Value):
    """The words of the news page that are the network's own, each Markdown."""

    title: FixedLine | None = Field(None, description="Its heading; Our Blog + Latest News if not given.")
    in_the_news: FixedMarkdown | None = Field(None, description="Words above what others write about us.")
    press_releases: FixedMarkdown | None = Field(None, description="Words above the press releases.")
    media_inquiry: FixedMarkdown | None = Field(
        None, description="Words for the press; the network's about if not given. press_email follows."
    )


class Network(Value):
    """newsletters/network.yaml."""

    name: FixedLine = Field(description="The organisation's name.")
    short_name: FixedLine | None = Field(None, description="As in LP.")
    about: FixedMarkdown | None = Field(
        None, description="Who we are, in a sentence or two, for footers and pages."
    )
    translated: dict[Language, NetworkWords] = Field({}, description="Its words in other languages.")
    entities: Annotated[dict[Slug, Entity], Field(min_length=1)] = Field(
        description="The legal entities that may stand behind an issue, by a short name."
    )
    default_entity: Slug = Field(description="Short name of the one that does if nothing else is said.")
    theme: Slug | Theme = Field(
        "deep-blue", description="A file under templates/themes/, or the colours themselves."
    )
    social: tuple[SocialAccount, ...] = Field((), description="Accounts on social networks, for the footer.")
    public_url: BaseUrl = Field(description="Where the public pages stand, https.")
    assets_url: BaseUrl | None = Field(
        None, description="Where pictures stand when mailed; public_url/assets if not given."
    )
    list_id_domain: Annotated[str, Field(pattern=r"^[a-z0-9.-]+\.[a-z]{2,}$")] | None = Field(
        None, description="A domain you control, for List-Id; the host of public_url if not given."
    )
    unsubscribe_email: Email = Field(description="Mailbox for unsubscribe requests by mail.")
    seed_list: tuple[Email, ...] = Field(
        (), description="Addresses of your own people: test sends go to them and to nobody else."
    )
    press_email: Email | None = Field(None, description="Mail address for the press.")
    hub: Hub = Field(default_factory=Hub, description="Words of the news page.")
    help_url: WebUrl | None = Field(None, description="A page that answers readers' questions.")
    attributes: tuple[AttributeDeclaration, ...] = Field(
        (), description="Your own attributes of subscribers."
    )
    contact: Contact = Field(
        default_factory=Contact,
        description="How much mail a person may get, from which newsletter, and when.",
    )
    tracking: Tracking = Field(
        default_factory=Tracking, description="What is kept of what providers report that readers do."
    )
    clients: Annotated[tuple[MailClient, ...], Field(min_length=1)] = Field(
        DEFAULT_CLIENTS,
        description="Mail programs that `lpdownload check` cares for: those your readers use. "
        "outlook-windows is the one with Word's engine; outlook-web is Outlook.com and the new Outlook.",
    )
    approvals: Annotated[int, Field(ge=0, le=5)] = Field(
        1, description="How many different persons must approve an issue before it is sent; 0: nobody."
    )
    accounts: dict[Slug, ProviderAccount] = Field(
        {},
        description="Accounts with mail services, by a short name. Their secrets are settings: those of "
        "ny-mail begin with LPDOWNLOAD_ACCOUNT_NY_MAIL_, of one named sendgrid with LPDOWNLOAD_SENDGRID_.",
    )
    personas: dict[Slug, dict[Slug, Line | tuple[Line, ...]]] = Field(
        {}, description="Made-up readers to render for: name and attributes."
    )

    @model_validator(mode="after")
    def _entity_known(self) -> Self:
        if self.default_entity not in self.entities:
            raise refuse(
                "unknown-entity",
                f"default_entity {self.default_entity} is not among the entities",
                ", ".join(self.entities),
            )
        if not self.public_url.startswith("https://"):
            raise refuse(
                "bad-url", "public_url must be https: mail programs unsubscribe through it", "https://…"
            )
        return self

    @model_validator(mode="after")
    def _accounts_apart(self) -> Self:
        prefixes: dict[str, str] = {}
        for name, account in self.accounts.items():
            if name in PROVIDERS and account.provider != name:
                message = f"the account {name} is one of {account.provider}, but has another provider's name"
                raise refuse("bad-account", message, f"another name, as in ny-{account.provider}")
            other = prefixes.setdefault(account_prefix(name), name)
            if other != name:
                message = (
                    f"the accounts {other} and {name} would share their settings {account_prefix(name)}…"
                )
                raise refuse("bad-account", message, "names that differ in more than dots and dashes")
        return self

    @property
    def asset_base(self) -> str:
        return self.assets_url or f"{self.public_url}/assets"
