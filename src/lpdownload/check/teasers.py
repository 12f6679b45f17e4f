"""Preheaders that tell nothing, or what the subject or another issue tells already."""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

from lpdownload.check.inspection import Inspection
from lpdownload.errors import InvalidInput
from lpdownload.model.issue import IssueFile
from lpdownload.model.text import MERGE_FIELD

_KEY = b"\npreheader:"
_COMPARED = 150
_NOT_LETTERS = re.compile(r"[\W_]+")

_NOTHING = """announcement announcements bulletin check click digest download edition email emails fall
    headlines hello here highlights inside issue latest learn letter mail month monthly news
    newsletter newsletters open quarter quarterly read recap roundup season seasonal see special
    spring stories story summer summary today update updates view week weekly welcome winter
    actualización actualizaciones anuncios bienvenida bienvenidas bienvenido bienvenidos boletín boletines
    clic correo edición enlace entérese hola lea leer mensual mes noticia noticias novedades número otoño
    primavera resumen semana semanal siga trimestral trimestre últimas última vea ver verano invierno"""
"""What newsletters say of themselves."""

_SMALL = """a about all and are as at been by can chapter community dear do everyone everything find for
    friend friends from get give got great hear here's hi i in into is it its know let look make
    member members more most much need new next not now of on one or our out own past recent s
    say share some take team tell that the their there these they things this to together up us
    want we what where who will with work working year you your
    al aquí capítulo como con cuál de del desde el ella en es esta este estas esto estos está están ha han
    hace hemos hay la las le les lo los lugar más mi mucho muy no nos nuestra nuestras nuestro nuestros o os
    para pasa pasado por qué que quién se sin sobre son su sus también tiene todo todos tu tus un una usted
    ustedes y ya"""
"""What stands between them."""

_MONTHS = """january february march april may june july august september october november december jan
    feb mar apr jun jul aug sep sept oct nov dec enero febrero marzo abril mayo junio julio
    agosto septiembre setiembre octubre noviembre diciembre"""

_SAYS_NOTHING = frozenset(_NOTHING.split())
_FITS_ALWAYS = _SAYS_NOTHING.union(_SMALL.split(), _MONTHS.split())


def plain(words: str) -> str:
    """To compare: letters and digits in lower case, without merge fields."""
    return _NOT_LETTERS.sub(" ", MERGE_FIELD.sub(" ", words)).strip().casefold()


def is_generic(teaser: str, names: frozenset[str]) -> bool:
    """Whether it would fit every issue: beside the newsroom's ``names`` it holds no word of its own."""
    words = [word for word in plain(teaser).split() if not word.isdigit()]
    if len(words) == 1:
        return words[0] in _SAYS_NOTHING or words[0] in names
    return all(word in _FITS_ALWAYS or word in names for word in words)


def names_in(inspection: Inspection) -> frozenset[str]:
    """The words of the newsletters' names and chapters, and of the network's."""
    library, network = inspection.library, inspection.issue.network
    names = [network.name, network.short_name or ""]
    for folder in library.newsletter_names:
        try:
            newsletter = library.newsletter(folder)[1]
        except InvalidInput:
            continue
        names += [newsletter.name, newsletter.subtitle or "", newsletter.chapter or "", folder]
        names += [words.subtitle or "" for words in newsletter.translated.values()]
    return frozenset(plain(" ".join(names)).split())


def same_elsewhere(inspection: Inspection) -> Iterator[str]:
    """The keys of issues with this preheader, of the same day or earlier; what cannot be read is left out."""
    library, issue = inspection.library, inspection.issue
    own = plain(issue.written.preheader)
    if not own:
        return
    for key in inspection.other_issues():
        newsletter, _, name = key.partition("/")
        if not _may_begin(library.issue_path(newsletter, name), own):
            continue
        try:
            other = library.issue_file(newsletter, name)[1]
        except InvalidInput:
            continue
        if plain(other.preheader) == own and (_day_of(other) or issue.date) <= issue.date:
            yield key


def _may_begin(path: Path, teaser: str) -> bool:
    """A look at the bytes of its preheader, as to read 200 issues takes a second."""
    try:
        stat = path.stat()
        return _beginning(path, stat.st_mtime_ns, stat.st_size).startswith(teaser[:_COMPARED])
    except OSError:
        return False


@lru_cache(maxsize=4096)
def _beginning(path: Path, mtime: int, size: int) -> str:  # noqa: ARG001 - they tell a changed file
    """What stands behind ``preheader:``, to compare: its beginning, or more than all of it."""
    source = b"\n" + path.read_bytes()
    start = source.find(_KEY)
    return plain(source[start + len(_KEY) :][:1000].decode("utf-8", "replace")) if start >= 0 else ""


def _day_of(written: IssueFile) -> date | None:
    if written.send_at:
        return written.send_at.date()
    return written.date or (written.period.start if written.period else None)
