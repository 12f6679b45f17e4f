"""The words that the generated list of subscribers is made of; numbers are shares. In names, _ is a space."""

from typing import Final

FIRST_NAMES: Final = """
Maria James Ana Michael Jennifer David Linda Robert Patricia John Elizabeth José Barbara William Sarah
Carlos Karen Daniel Lisa Luis Nancy Anthony Sandra Kevin Ashley Juan Emily Brian Kimberly Mark Michelle
Miguel Amanda Steven Melissa Andrew Stephanie Kenneth Rebecca Joshua Sofía Paul Laura Marcus Cynthia Eric
Kathleen Ángel Amy Jonathan Angela Jesús Shirley Ryan Anna Brandon Brenda Jacob Pamela Gary Emma Nicholas
Nicole Timothy Helen Larry Samantha Jeffrey Katherine Frank Christine Justin Carmen Scott Rachel Raúl
Carolyn Benjamin Janet Samuel Maya Gregory Lucía Alexander Diane Patrick Ruth Andrés Julie Jack Olivia
Dennis Joyce Jerry Virginia Tyler Victoria Aaron Kelly Jamal Lauren Nathan Christina Adam Joan Zoë Henry
Evelyn Peter Judith Zachary Andrea Kyle Hannah René Aisha Walter Grace Ethan Denise Omar Keisha Priya Wei
Mei Fatima Ahmed Ngozi Kofi Thuy Minh Leilani Malik Inés Tomás Chloé Noël Iván Yolanda Darnell Imani Rosa
Elena Xavier Beatriz Hiroshi Sunita Arjun Mónica Siobhan Anders Björn Agnieszka Dmitri
"""
LAST_NAMES: Final = """
Smith Johnson Williams Brown Jones García Miller Davis Rodríguez Martínez Hernández López González Wilson
Anderson Thomas Taylor Moore Jackson Martin Lee Pérez Thompson White Harris Sánchez Clark Ramírez Lewis
Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall
Rivera Campbell Mitchell Carter Roberts Gómez Phillips Evans Turner Díaz Parker Cruz Edwards Collins Reyes
Stewart Morris Morales Murphy Cook Rogers Gutiérrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard
Ramos Kim Cox Ward Richardson Watson Brooks Chávez Wood Bennett Gray Mendoza Ruiz Hughes Price Álvarez
Castillo Sanders Patel Myers Long Ross Foster Jiménez Powell Jenkins Perry Russell Sullivan Bell Coleman
Butler Henderson Barnes Fisher Vásquez Simmons Romero Jordan Patterson Alexander Hamilton Graham Reynolds
Griffin Wallace Moreno West Cole Hayes Bryant Herrera Gibson Ellis Tran Medina Aguilar Stevens Murray Ford
Castro Marshall Owens Harrison Fernández McDonald Woods Washington Kennedy Wells Vargas Henry Chen Freeman
Webb Tucker Guzmán Burns Crawford Olson Simpson Porter Hunter Gordon Núñez Shaw Snyder Mason Muñoz Dixon
Hunt Hicks Holmes Palmer Wagner Black Robertson Boyd Stone Salazar Fox Warren Mills Meyer Rice Schmidt
Peña Ferguson Rose Daniels Ibáñez Okafor Mensah Yang Xiong Vang Singh Khan Abdi Hussein Kowalski Müller
Sørensen O'Brien O'Connor Saint-Pierre Baptiste Beaumont Nakamura Kealoha Begay De_La_Cruz Van_Dyke
"""
WITHOUT_ACCENTS: Final = str.maketrans("ÁÉÍÓÚáéíóúñüëöçø", "AEIOUaeiounueoco")

PLACE_STARTS: Final = """
Alder Amber Ash Bay Bell Birch Blue Bright Brook Cedar Clear Clover Copper Cotton Elm Fair Fern Glen Gold
Grand Green Hazel Heron Juniper Lake Linden Maple Meadow Mill North Oak Pine Quarry River Rose Silver
Stone Summer Willow Winter
"""
PLACE_ENDS: Final = """
bend bridge brook bury cliff crest croft dale field ford gate grove haven hurst land ley mere mont point
port ridge side stead view wood
"""

STATES: Final = {
    "AL": (51, "America/Chicago"),
    "AK": (7, "America/Anchorage"),
    "AZ": (75, "America/Phoenix"),
    "AR": (31, "America/Chicago"),
    "CA": (390, "America/Los_Angeles"),
    "CO": (59, "America/Denver"),
    "CT": (36, "America/New_York"),
    "DE": (10, "America/New_York"),
    "DC": (7, "America/New_York"),
    "FL": (230, "America/New_York"),
    "GA": (111, "America/New_York"),
    "HI": (14, "Pacific/Honolulu"),
    "ID": (20, "America/Boise"),
    "IL": (126, "America/Chicago"),
    "IN": (69, "America/Indiana/Indianapolis"),
    "IA": (32, "America/Chicago"),
    "KS": (29, "America/Chicago"),
    "KY": (45, "America/New_York"),
    "LA": (46, "America/Chicago"),
    "ME": (14, "America/New_York"),
    "MD": (62, "America/New_York"),
    "MA": (70, "America/New_York"),
    "MI": (101, "America/Detroit"),
    "MN": (57, "America/Chicago"),
    "MS": (29, "America/Chicago"),
    "MO": (62, "America/Chicago"),
    "MT": (11, "America/Denver"),
    "NE": (20, "America/Chicago"),
    "NV": (32, "America/Los_Angeles"),
    "NH": (14, "America/New_York"),
    "NJ": (93, "America/New_York"),
    "NM": (21, "America/Denver"),
    "NY": (196, "America/New_York"),
    "NC": (109, "America/New_York"),
    "ND": (8, "America/Chicago"),
    "OH": (118, "America/New_York"),
    "OK": (41, "America/Chicago"),
    "OR": (42, "America/Los_Angeles"),
    "PA": (130, "America/New_York"),
    "RI": (11, "America/New_York"),
    "SC": (54, "America/New_York"),
    "SD": (9, "America/Chicago"),
    "TN": (71, "America/Chicago"),
    "TX": (305, "America/Chicago"),
    "UT": (34, "America/Denver"),
    "VT": (6, "America/New_York"),
    "VA": (87, "America/New_York"),
    "WA": (78, "America/Los_Angeles"),
    "WV": (18, "America/New_York"),
    "WI": (59, "America/Chicago"),
    "WY": (6, "America/Denver"),
}
"""Population in 100,000 (2023, rounded), and the zone most people live in."""

CHAPTERS: Final = frozenset({"NY", "PA", "MN", "TX", "NC", "CO"})

LANGUAGES: Final = (
    ("en", 208),
    ("es", 26),
    ("", 10),
    ("zh", 4),
    ("vi", 2),
    ("ht", 2),
    ("ko", 1),
    ("tl", 1),
    ("so", 1),
    ("pt", 1),
)

ROLES: Final = (
    ("elected", 60),
    ("former", 9),
    ("staff", 8),
    ("partner", 8),
    ("prospective", 7),
    ("press", 3),
    ("", 5),
)
OFFICES: Final = (
    ("city_council", "", 34),
    ("city_council", None, 4),
    ("school_board", " School District", 22),
    ("school_board", None, 2),
    ("county", " County", 12),
    ("town", " Township", 8),
    ("mayor", "", 6),
    ("special_district", " Water District", 3),
    ("special_district", " Library District", 2),
    ("other", "", 3),
    ("", None, 4),
)
"""Office, what follows the place's name in its jurisdiction (None: none is known), share of 100."""

CAUCUSES: Final = ("women", "Latinx", "Black", "LGBTQ", "AAPI", "youth", "Indigenous")
COMMITTEES: Final = (
    "housing",
    "finance",
    "education",
    "public-safety",
    "transportation",
    "health",
    "climate",
)
INTERESTS: Final = (
    "housing",
    "education",
    "climate",
    "workers-rights",
    "immigration",
    "public-safety",
    "democracy",
    "transit",
    "health",
    "child-care",
)
TAGS: Final = ("convening-2024", "new-member", "mentor", "donor", "speaker", "board", "webinar")
