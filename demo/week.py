"""Demo film week: one edition of five days, invented films and guests, marked as samples everywhere."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from cms.events import actions
from cms.events.actions.editions import free_slug
from cms.events.models import (
    AccessCode,
    Edition,
    Film,
    FilmCopy,
    Hall,
    Person,
    Programme,
    ProgrammeSession,
    Travel,
    Venue,
)
from media.models import PortalImage
from portal.accounts.models import User
from studios.models import Resource

from . import marks

AHEAD = timedelta(days=60)
SLUG = "tech-film-week"

VENUES: list[tuple[str, dict[str, Any], list[tuple[str, dict[str, Any]]]]] = [
    ("expo", {"name_zh": "永川国际会展中心", "name_en": "Yongchuan International Convention Centre", "address_zh": "永川区（示例地址）", "address_en": "Yongchuan (sample address)",
              "way_zh": "永川东站有接驳车，约 15 分钟（示例班次）", "way_en": "Shuttle from Yongchuan East station, about 15 minutes (sample timetable)"},
     [("main", {"name_zh": "主厅", "name_en": "Main Hall", "seats": 600, "wheelchair_seats": 8, "door_zh": "1 号门", "door_en": "door 1"}),
      ("forum", {"name_zh": "论坛厅", "name_en": "Forum Hall", "seats": 260, "wheelchair_seats": 4, "door_zh": "3 号门", "door_en": "door 3"})]),
    ("lot", {"name_zh": "永川科技片场", "name_en": "Yongchuan Science and Technology Film Lot", "address_zh": "永川区（示例地址）", "address_en": "Yongchuan (sample address)",
             "way_zh": "从正门步行 300 m，沿地面蓝线走", "way_en": "300 m on foot from the main gate, along the blue line on the ground"},
     [("stage4", {"name_zh": "4号棚", "name_en": "Stage 4", "seats": 420, "wheelchair_seats": 6, "door_zh": "东门", "door_en": "east door", "resource": "standard-4"})]),
    ("centre", {"name_zh": "重庆科技影视服务中心", "name_en": "Chongqing Film Technology Service Centre", "address_zh": "永川区（示例地址）", "address_en": "Yongchuan (sample address)",
                "way_zh": "电梯到 2 层，门宽 1.1 m", "way_en": "Lift to the second floor, door 1.1 m wide"},
     [("cinema", {"name_zh": "放映厅", "name_en": "Screening Room", "seats": 180, "wheelchair_seats": 4, "door_zh": "2 号门", "door_en": "door 2"})]),
    ("lake", {"name_zh": "卫星湖", "name_en": "Weixing Lake", "address_zh": "永川区（示例地址）", "address_en": "Yongchuan (sample address)",
              "way_zh": "末班接驳车在散场后 20 分钟发车（示例班次）", "way_en": "The last shuttle leaves 20 minutes after the end (sample timetable)"},
     [("open-air", {"name_zh": "露天银幕", "name_en": "Open-air Screen", "seats": 500, "wheelchair_seats": 10, "door_zh": "湖滨入口", "door_en": "lakeside entrance", "opens_at": time(15), "closes_at": time(1)})]),
]  # fmt: skip
WAYS = [
    ("expo", "lot", 15),
    ("expo", "centre", 10),
    ("expo", "lake", 25),
    ("lot", "centre", 12),
    ("lot", "lake", 30),
    ("centre", "lake", 25),
]
PROGRAMMES = {
    "opening": ("开幕与红毯", "Opening", "从一座山城出发", "Starting from a city on hills"),
    "competition": ("主竞赛", "Competition", "六部长片，评委与观众各给一票", "Six features; the jury and the audience each have a vote"),
    "technology": ("科技影像", "Technology", "虚拟制片、渲染与声音，台前与幕后", "Virtual production, rendering and sound, in front of the wall and behind it"),
    "students": ("学生单元", "Students", "48 小时，一块屏，一个题目", "48 hours, one wall, one theme"),
    "night": ("午夜与露天", "Night and Open Air", "晚一点，离湖近一点", "Later, and closer to the lake"),
}  # fmt: skip
# slug: title, year, minutes, genre, country, director, spoken, synopsis, picture
FILMS: dict[str, dict[str, Any]] = {
    "cable-car": {"t": ("缆车", "The Cable Car"), "y": 2026, "m": 118, "g": ("剧情", "Drama"), "p": "cq-yangtze-cableway",
                  "s": ("索道停运前的最后一个月，售票员开始记下每个乘客过江时说的第一句话。", "In the last month before the cableway closes, the ticket seller writes down the first thing each passenger says above the river.")},
    "fog-courier": {"t": ("雾中信使", "The Courier in the Fog"), "y": 2025, "m": 121, "g": ("剧情", "Drama"), "p": "cn-river-old-town",
                    "s": ("江上停航七天，信使把一包信背过三座山。每到一户，收信人都请他先念一封别人的。", "Boats stop for seven days, so a courier carries the letters over three hills. At every door he is asked to read somebody else's first.")},
    "mid-river": {"t": ("江心", "Mid-river"), "y": 2026, "m": 104, "g": ("纪录", "Documentary"), "p": "cn-lake-boat",
                  "s": ("三位老船工教一群年轻人认水。水位每天变，他们认的那条江已经不在地图上。", "Three old boatmen teach the young to read water. The level changes daily; the river they know is no longer on the map.")},
    "last-ropeway": {"t": ("末班索道", "The Last Ropeway"), "y": 2025, "m": 99, "g": ("悬疑", "Mystery"), "p": "cq-hongyadong-night",
                     "s": ("末班车厢里有六个人上车，五个人下车。值班员决定在天亮前弄清楚这件事。", "Six people board the last cabin and five get off. The night operator means to know why before dawn.")},
    "long-summer": {"t": ("长夏", "A Long Summer"), "y": 2026, "m": 112, "g": ("剧情", "Drama"), "p": "loc-tea-hills",
                    "s": ("采茶季过后，姐妹俩留在山上守一间没有客人的客栈，直到一支剧组住进来。", "After the tea harvest two sisters keep an inn without guests, until a film crew moves in.")},
    "night-talk": {"t": ("巴山夜话", "Night Talk in the Ba Hills"), "y": 2024, "m": 95, "g": ("剧情", "Drama"), "p": "loc-misty-forest",
                   "s": ("一场大雨把四个赶路的人困在同一间屋里，每人讲一个自己的故事，只有一个是真的。", "Rain shuts four travellers into one room. Each tells a story about himself; only one is true.")},
    "steps": {"t": ("梯坎", "Steps"), "y": 2026, "m": 84, "g": ("短片集", "Short films"), "p": "cn-rainy-old-street",
              "s": ("六部短片，六段梯坎，从江边一路拍到屋顶。", "Six shorts on six flights of steps, filmed from the river up to the roofs.")},
    "first-reel": {"t": ("第一卷", "First Reel"), "y": 2026, "m": 76, "g": ("学生作品", "Student films"), "p": "film-clapperboard",
                   "s": ("八部学生短片，全部在 48 小时里完成。", "Eight student shorts, each finished within 48 hours.")},
    "wall-of-light": {"t": ("一墙之光", "A Wall of Light"), "y": 2026, "m": 68, "g": ("纪录", "Documentary"), "p": "stage-led-volume-render-02",
                      "s": ("一块大屏从进场、校色到收工的三个月，没有采访，只有现场的声音。", "Three months with one wall, from load-in to wrap: no interviews, only the sound of the floor.")},
    "bridge-keeper": {"t": ("守桥人", "The Bridge Keeper"), "y": 2025, "m": 108, "g": ("剧情", "Drama"), "p": "cq-bridge-night-02",
                      "s": ("桥要拆了，守桥人接到最后一个任务：数清楚还有多少人每天走过它。", "The bridge is to go. Its keeper has one task left: to count who still crosses it every day.")},
    "depot": {"t": ("七号仓库", "Depot Seven"), "y": 2025, "m": 97, "g": ("科幻", "Science fiction"), "p": "loc-depot-derelict-01",
              "s": ("废弃仓库里的一台机器每晚醒来一小时，替镇上的人保管他们不想要的记忆。", "A machine in a derelict depot wakes for an hour a night and keeps the memories the town does not want.")},
    "noodles": {"t": ("面馆开到几点", "How Late Is the Noodle Shop Open"), "y": 2024, "m": 90, "g": ("喜剧", "Comedy"), "p": "cn-neon-signs",
                "s": ("一家只在夜里开门的面馆，三张桌子，来的都是睡不着的人。", "A noodle shop that opens only at night: three tables, and nobody who can sleep.")},
}  # fmt: skip
PEOPLE = {
    "lu": ("陆向晨（示例）", "Lu Xiangchen (sample)", "摄影指导", "Director of photography"),
    "qin": ("秦以南（示例）", "Qin Yinan (sample)", "制片人", "Producer"),
    "shen": ("沈砚（示例）", "Shen Yan (sample)", "虚拟制片指导", "Virtual production supervisor"),
    "he": ("何渡（示例）", "He Du (sample)", "导演", "Director"),
    "bai": ("白若川（示例）", "Bai Ruochuan (sample)", "录音师", "Sound recordist"),
    "tan": ("谭九（示例）", "Tan Jiu (sample)", "勘景师", "Location scout"),
}
# day, start, minutes, hall, kind, programme, titles, notes, films, guests, more
SESSIONS: list[tuple[Any, ...]] = [
    (0, (15, 0), 120, "open-air", "market", "night", ("创作者市集", "Makers' Market"), ("60 个摊位，雨天改室内", "60 stalls, indoors when it rains"), (), (), {"entry": "open"}),
    (0, (17, 30), 90, "stage4", "red_carpet", "opening", ("开幕红毯", "Opening Red Carpet"), ("凭码入场，站位", "By code, standing"), (), ("he",), {"capacity": 300, "quotas": {"press": 60, "guest": 40}}),
    (0, (19, 30), 150, "main", "screening", "opening", ("开幕片《缆车》", "Opening Film: The Cable Car"), ("映后导演见面", "The director is here"), ("cable-car",), ("he",), {"quotas": {"press": 40, "guest": 80}}),
    (1, (9, 30), 150, "stage4", "contest", "students", ("48 小时虚拟制片大赛：出题", "48-hour Virtual Production Contest: the Theme"), ("24 队，可观摩", "24 teams, open to watch"), (), ("bai",), {"capacity": 240}),
    (1, (10, 0), 90, "forum", "forum", "technology", ("虚拟制片的账怎么算", "What Virtual Production Really Costs"), ("中英同传", "Chinese and English"), (), ("qin", "shen"), {"quotas": {"industry": 80}}),
    (1, (14, 0), 130, "cinema", "screening", "competition", ("《雾中信使》", "The Courier in the Fog"), ("国语，中英字幕", "Mandarin, Chinese and English subtitles"), ("fog-courier",), (), {}),
    (1, (16, 30), 90, "forum", "salon", "technology", ("勘景师的一天", "A Day with a Location Scout"), ("带 5 张照片来", "Bring five photographs"), (), ("tan",), {"capacity": 60}),
    (1, (19, 30), 120, "main", "screening", "competition", ("《江心》", "Mid-river"), ("方言，中英字幕", "Dialect, Chinese and English subtitles"), ("mid-river",), (), {}),
    (1, (20, 0), 95, "open-air", "screening", "night", ("露天：《巴山夜话》", "Open Air: Night Talk in the Ba Hills"), ("雨天顺延", "Postponed when it rains"), ("night-talk",), (), {}),
    (2, (10, 0), 120, "forum", "masterclass", "technology", ("一束光的来路", "Where a Beam of Light Comes From"), ("中英同传", "Chinese and English"), (), ("lu",), {"capacity": 12}),
    (2, (10, 30), 110, "cinema", "screening", "students", ("短片单元：《梯坎》", "Shorts: Steps"), ("6 部，共 84 分", "Six films, 84 minutes"), ("steps",), (), {}),
    (2, (14, 0), 120, "stage4", "exhibition", "technology", ("屏上江雾：摄影机内视效现场", "Fog on the Wall: In-camera Effects Live"), ("每场 40 人，站立", "Forty at a time, standing"), (), ("shen", "lu"), {"capacity": 40}),
    (2, (14, 30), 90, "main", "forum", "opening", ("剧组与居民：一条街怎么借", "Crews and Neighbours: How to Borrow a Street"), ("5 位嘉宾", "Five guests"), (), ("qin", "tan"), {}),
    (2, (17, 0), 120, "cinema", "screening", "competition", ("《长夏》", "A Long Summer"), ("映后见面", "With the makers"), ("long-summer",), (), {}),
    (2, (20, 0), 120, "main", "screening", "competition", ("《守桥人》", "The Bridge Keeper"), ("国语，中英字幕", "Mandarin, Chinese and English subtitles"), ("bridge-keeper",), (), {}),
    (2, (23, 0), 110, "cinema", "screening", "night", ("午夜：《末班索道》", "Midnight: The Last Ropeway"), ("适合 16 岁以上", "From 16 years"), ("last-ropeway",), (), {}),
    (3, (10, 0), 90, "cinema", "screening", "technology", ("《一墙之光》", "A Wall of Light"), ("映后谈", "With a talk"), ("wall-of-light",), ("shen",), {}),
    (3, (13, 30), 90, "forum", "salon", "technology", ("同期声：山城有多吵", "Sync Sound: How Loud a Hill City Is"), ("戴耳机听", "Bring headphones"), (), ("bai",), {"capacity": 80}),
    (3, (15, 0), 120, "cinema", "screening", "competition", ("《七号仓库》", "Depot Seven"), ("国语，中英字幕", "Mandarin, Chinese and English subtitles"), ("depot",), (), {}),
    (3, (20, 0), 90, "open-air", "concert", "night", ("电影里的川江号子", "River Songs in the Cinema"), ("90 分，湖边", "90 minutes by the lake"), (), ("bai",), {}),
    (3, (20, 0), 110, "main", "screening", "competition", ("《面馆开到几点》", "How Late Is the Noodle Shop Open"), ("国语，中英字幕", "Mandarin, Chinese and English subtitles"), ("noodles",), (), {}),
    (4, (10, 0), 100, "cinema", "screening", "students", ("学生单元：《第一卷》", "Students: First Reel"), ("8 部，共 76 分", "Eight films, 76 minutes"), ("first-reel",), (), {}),
    (4, (14, 0), 120, "stage4", "contest", "students", ("48 小时大赛：放映与颁奖", "48-hour Contest: Screening and Awards"), ("评委到场", "The jury is here"), (), ("he", "lu"), {"capacity": 400}),
    (4, (19, 30), 130, "main", "screening", "opening", ("闭幕：《雾中信使》", "Closing: The Courier in the Fog"), ("观众票选第一名加映", "The audience's first choice, once more"), ("fog-courier",), (), {}),
]  # fmt: skip
# what happens in the sessions without a film, by English title
TEXTS: dict[str, tuple[str, str]] = {
    "Makers' Market": ("六十个摊位沿湖排开：道具、分镜手稿、旧镜头、片场小吃。下雨就搬进会展中心东厅。", "Sixty stalls along the lake: props, storyboards, old lenses, food from the catering trucks. If it rains they move into the east hall of the convention centre."),
    "Opening Red Carpet": ("主创从棚门走到银幕前，四十米。站位分三段，先到先选；媒体区在左侧。", "Forty metres from the stage door to the screen. Three standing areas, first come first served; press on the left."),
    "48-hour Virtual Production Contest: the Theme": ("二十四支队伍同时拿到题目和一面墙的时段表。观摩席在二层走道，请保持安静。", "Twenty-four teams get the theme and their hours at the wall at the same moment. Watch from the upper walkway, quietly."),
    "What Virtual Production Really Costs": ("同一场戏，实景、绿幕、LED 屏各报一次价，摊开来逐项比：人、天数、设备、返工。", "One scene priced three times, on location, on green and at the wall, then compared line by line: people, days, equipment, second tries."),
    "Where a Beam of Light Comes From": ("从一盏灯、一块反光板讲到一整面屏：摄影指导拆解三个镜头里光的方向、硬度和颜色。会有现场布光，请提前十分钟入座。", "From one lamp and one board to a whole wall: three shots taken apart for direction, hardness and colour of light, with live lighting. Please be seated ten minutes early."),
    "Fog on the Wall: In-camera Effects Live": ("摄影机一动，屏上的江雾跟着动。每场四十人，可以走到机器后面看监视器。", "The camera moves and the fog on the wall moves with it. Forty people at a time may walk behind the camera to the monitor."),
    "Crews and Neighbours: How to Borrow a Street": ("封一条街拍三个晚上，对面的面馆怎么办？制片、勘景师与居民坐到一张桌子上。", "Three nights on a closed street: what about the noodle shop? A producer, a scout and residents at one table."),
    "Sync Sound: How Loud a Hill City Is": ("轻轨、轮渡、麻将和蝉。录音师带来十二段山城的声音，讲哪些能用、哪些要躲。", "Light rail, ferry, mah-jong, cicadas: twelve recordings of a hill city, and which of them to use or to hide from."),
    "A Day with a Location Scout": ("一天走三个街区、两座桥、一片竹林。勘景师现场看您带来的照片，讲先看什么、问谁、量什么。", "Three blocks, two bridges and a bamboo grove in a day. The scout looks at the photographs you bring: what to see first, whom to ask, what to measure."),
    "River Songs in the Cinema": ("号子、乐队和银幕上的江水一起开场，九十分钟，散场有接驳车。", "Work songs, a band and the river on the screen start together. Ninety minutes, with shuttles at the end."),
    "48-hour Contest: Screening and Awards": ("二十四部作品连放，评委当场打分，颁奖后可以上台和墙合影。", "All twenty-four films in a row, judged on the spot; afterwards everybody may have a picture taken with the wall."),
}  # fmt: skip
VISITORS = ("陈可", "宋知微", "何屿", "白川", "林小满", "周以宁", "许清和", "顾南舟", "沈一苇", "唐果")


@transaction.atomic
def load(pictures: dict[str, PortalImage], people: dict[str, User]) -> None:
    """Make the demo edition with venues, films, guests, sessions and visitors, once and whole."""
    if marks.is_loaded("film week"):
        return
    marks.mark_loaded("film week")
    if Edition.objects.filter(slug=SLUG).exists():  # loaded before parts were marked
        return
    gao = people["gao"]
    halls = _halls(gao)
    start = timezone.localdate() + AHEAD
    edition = actions.keep_edition(actor=gao, edition=Edition(
        slug=SLUG, kind=Edition.Kind.TECH_WEEK, state=Edition.State.PUBLISHED, name_zh="重庆科技电影周", name_en="Chongqing Tech Film Week",
        summary_zh="五天，四个场馆，从棚内的光看到湖边的银幕", summary_en="Five days, four venues, from the light on stage to the screen by the lake",
        start=start, end=start + timedelta(days=5), picture=pictures["film-cinema-seats"], sample=True,
    ))  # fmt: skip
    for audience, code in (("press", "PRESS"), ("industry", "INDUSTRY"), ("guest", "GUEST")):
        actions.keep_record(
            actor=gao, record_=AccessCode(edition=edition, audience=audience, code=f"{code}-{start:%y}")
        )
    programmes = {
        key: actions.keep_record(actor=gao, record_=Programme(edition=edition, name_zh=zh, name_en=en, summary_zh=sz, summary_en=se, order=order))
        for order, (key, (zh, en, sz, se)) in enumerate(PROGRAMMES.items())
    }  # fmt: skip
    films = _films(gao, pictures)
    guests = {
        key: actions.keep_record(actor=gao, record_=Person(name_zh=zh, name_en=en, work_zh=wz, work_en=we, sample=True))
        for key, (zh, en, wz, we) in PEOPLE.items()
    }
    sessions = [_session(gao, edition, start, row, halls, programmes, films, guests) for row in SESSIONS]
    _visitors(sessions)
    _next_year(gao, edition)


def _halls(gao: User) -> dict[str, Hall]:
    venues, halls = {}, {}
    for order, (key, fields, rooms) in enumerate(VENUES):
        venues[key] = actions.keep_record(actor=gao, record_=Venue(order=order, **fields))
        for place, (name, room) in enumerate(rooms):
            values = {"closes_at": time(2), **room}
            slug = values.pop("resource", None)
            resource = Resource.objects.filter(stage__slug=slug).first() if slug else None
            halls[name] = actions.keep_hall(
                actor=gao, hall=Hall(venue=venues[key], order=place, resource=resource, **values)
            )
    for one, other, minutes in WAYS:
        actions.keep_record(actor=gao, record_=Travel(one=venues[one], other=venues[other], minutes=minutes))
    return halls


def _films(gao: User, pictures: dict[str, PortalImage]) -> dict[str, tuple[Film, FilmCopy]]:
    found = {}
    for slug, facts in FILMS.items():
        film = actions.keep_record(actor=gao, record_=Film(
            slug=slug, title_zh=facts["t"][0], title_en=facts["t"][1], year=facts["y"], runtime_min=facts["m"], genre_zh=facts["g"][0],
            genre_en=facts["g"][1], country_zh="中国", country_en="China", director_zh="示例导演", director_en="Sample director",
            spoken_zh="国语", spoken_en="Mandarin", synopsis_zh=facts["s"][0], synopsis_en=facts["s"][1], picture=pictures[facts["p"]], sample=True,
        ))  # fmt: skip
        copy = actions.keep_record(actor=gao, record_=FilmCopy(
            film=film, label="DCP 1", picture_zh="4K，1.85 : 1，5.1", picture_en="4K, 1.85 : 1, 5.1", subtitles_zh="中文、英文", subtitles_en="Chinese, English",
        ))  # fmt: skip
        found[slug] = (film, copy)
    return found


def _session(
    gao: User, edition: Edition, start: date, row: tuple[Any, ...], halls: dict[str, Hall], programmes: dict[str, Programme],
    films: dict[str, tuple[Film, FilmCopy]], guests: dict[str, Person],
) -> ProgrammeSession:  # fmt: skip
    day, (hour, minute), minutes, hall, kind, programme, titles, notes, shown, present, more = row
    zone = timezone.get_current_timezone()
    begins = datetime.combine(start + timedelta(days=day), time(hour, minute), zone)
    more = dict(more)
    quotas = more.pop("quotas", {})
    about = TEXTS.get(titles[1], ("", ""))
    session = ProgrammeSession(
        edition=edition, programme=programmes[programme], kind=kind, state="published", hall=halls[hall], starts_at=begins,
        ends_at=begins + timedelta(minutes=minutes), title_zh=titles[0], title_en=titles[1], note_zh=notes[0], note_en=notes[1],
        text_zh=about[0], text_en=about[1],
        slug=free_slug(slugify(titles[1])[:60]), **more,
    )  # fmt: skip
    kept = actions.keep_session(
        actor=gao,
        session=session,
        guests=[guests[one] for one in present],
        showings=[films[one] for one in shown],
        quotas=quotas,
    )
    return kept.session


def _visitors(sessions: list[ProgrammeSession]) -> None:
    """Fill the masterclass to its waiting list, and a few seats elsewhere."""
    registering = [one for one in sessions if one.registers]
    small = next(one for one in sessions if one.kind == ProgrammeSession.Kind.MASTERCLASS)
    for number, name in enumerate(VISITORS):
        actions.register(
            session=small,
            name=name,
            email=f"visitor{number}@demo.example",
            companions=["同行（示例）"] if number % 3 == 0 else [],
        )
    for number, session in enumerate(registering[:8]):
        if session.pk != small.pk:
            actions.register(
                session=session,
                name=VISITORS[number],
                email=f"visitor{number}@demo.example",
                companions=["同行（示例）"],
            )


def _next_year(gao: User, edition: Edition) -> None:
    """The next edition, already begun as a copy: what an editor works on."""
    start = edition.start + timedelta(days=364)
    actions.copy_edition(
        actor=gao,
        edition=edition,
        slug=f"{SLUG}-{start:%Y}",
        name_zh="重庆科技电影周（筹备）",
        name_en="Chongqing Tech Film Week (in preparation)",
        start=start,
    )
