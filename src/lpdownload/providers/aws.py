"""Signatures for Amazon's APIs (SigV4) by botocore, which is an extra and takes 100 ms to import."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from pydantic import SecretStr

if TYPE_CHECKING:
    from botocore.credentials import Credentials, ReadOnlyCredentials

INSTALL: Final = 'install it with: pip install "lpdownload[ses]"'


class NoCredentials(Exception):
    """Says what is missing, and nothing of what there is."""


class Signer:
    """For one region; threads may share it.

    Without an access key, credentials are found where every AWS program looks: environment, shared file,
    container, instance. Those of a role are renewed by botocore.
    """

    def __init__(
        self, region: str, access_key_id: str, secret: SecretStr | None, token: SecretStr | None
    ) -> None:
        self._region = region
        self._own = (access_key_id, secret, token)
        self._found: Credentials | None = None

    def signed(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> dict[str, str]:
        """The headers with the signature's, good for five minutes.

        May ask the instance for credentials. Raises NoCredentials; ImportError without botocore.
        """
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest

        request = AWSRequest(method=method, url=url, data=body, headers=dict(headers))
        SigV4Auth(self._credentials(), "ses", self._region).add_auth(request)
        return {str(name): str(value) for name, value in request.headers.items()}

    def _credentials(self) -> "ReadOnlyCredentials":
        from botocore.credentials import ReadOnlyCredentials
        from botocore.exceptions import BotoCoreError
        from botocore.session import get_session

        access_key_id, secret, token = self._own
        if access_key_id and secret:
            own_token = token.get_secret_value() if token else None
            return ReadOnlyCredentials(access_key_id, secret.get_secret_value(), own_token)
        if access_key_id or secret:
            raise NoCredentials("an access key is an ID and a secret, and one of them is missing")
        try:
            if self._found is None:
                self._found = get_session().get_credentials()
            if self._found is None:
                raise NoCredentials("there are no credentials")
            return self._found.get_frozen_credentials()
        except BotoCoreError as error:
            raise NoCredentials(f"credentials cannot be had ({type(error).__name__})") from None
