"""Real places of Yongchuan and Chongqing for the demonstration.

Names, positions (approximate WGS-84) and what the places are known for are real. Distances, steps, power, prices and
permissions are sample data, and the pages say so, until the lot has measured and confirmed them. A picture that does
not show the named place is marked as a sample picture.
"""

from __future__ import annotations

import json
from datetime import date, time
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from locations.actions import create_location, update_location
from locations.models import Location, LocationBlackout, LocationCredit, LocationPhoto, LocationRestriction
from portal.accounts.models import Organisation, User
from portal.search.actions import save_synonym
from portal.search.models import Synonym

from . import marks
from .models import SampleMark
from .pictures import FILES

if TYPE_CHECKING:
    from media.models import PortalImage

OK, ASK, NEVER = "ok", "ask", "never"
COMPANY_A = "江雾影业（示例）"
YONGCHUAN = {"district_zh": "永川区", "district_en": "Yongchuan"}
YUZHONG = {"district_zh": "渝中区", "district_en": "Yuzhong"}
FLOOD = (
    (5, 1),
    (10, 1),
    "汛期：江滩与码头按水位预警关闭",
    "Flood season: beach and landing close with the water level",
)
GAOKAO = ((6, 7), (6, 10), "高考：学校周边静音，夜戏停", "College entrance exam: silence near schools, no nights")
FIRES = (
    (2, 1),
    (5, 11),
    "森林防火期：林区禁烟火，以当年通告为准",
    "Forest fire season: no fire or smoke, as each year's notice says",
)
"""Days of every year: first day, first day free again, why."""

NOWHERE = frozenset(
    {
        "loc-bamboo-courtyard",
        "loc-concrete-tunnel",
        "loc-forest-aerial-road",
        "loc-hospital-or",
        "loc-misty-forest",
        "loc-mountain-reservoir",
        "loc-mountain-stream",
        "loc-tea-hills",
        "loc-teahouse-lantern",
        "loc-under-flyover",
        "loc-warehouse-empty-01",
        "loc-warehouse-empty-02",
        "set-dark-dining-room",
    }
)
"""Pictures of no place one could name: samples of a look, marked as such. All others show somewhere else."""

SYNONYMS = (
    "吊脚楼, 吊脚屋, stilt house, stilt building",
    "竹海, 竹林, bamboo forest, bamboo sea",
    "轻轨, 单轨, monorail, light rail",
    "索道, 缆车, cableway, cable car",
    "老街, 古街, old street",
    "码头, 渡口, wharf, pier, landing",
    "防空洞, 洞子, air raid shelter, bunker",
    "天台, 屋顶, rooftop, roof",
    "水库, 湖, lake, reservoir",
)


def place(**fields: Any) -> dict[str, Any]:
    """Return a place with what most of them share."""
    base: dict[str, Any] = {
        "state": "published",
        "setting": "exterior",
        "figures_are_samples": True,
        "sync_sound": ASK,
        "owner_kind": "public",
        "fee_basis": "day",
        "network": "4g",
        "restrictions": (),
        "credits": (),
        "blackouts": (),
    }
    return base | fields


PLACES: tuple[dict[str, Any], ...] = (
    place(
        code="YC-CS-001",
        slug="chashan-bamboo-sea",
        name_zh="茶山竹海",
        name_en="Chashan Bamboo Sea",
        summary_zh="竹海压着茶园，雾从沟里起来，一条山脊路把两种绿分开。",
        summary_en="Bamboo above, tea below, and a ridge road that keeps the two greens apart.",
        description_zh="永川城北的箕山上，成片毛竹和老茶园挨着长，是《十面埋伏》竹林戏的取景地之一。"
        "清晨六点到八点雾最厚，光从竹梢往下漏；茶垄顺着等高线走，长焦压过去像五线谱。"
        "主路能到观景平台，往竹林里走全是石阶和土路，轨道和摇臂要靠人抬。雨后竹叶反光强，请带偏振镜。",
        description_en="O"
        "n Mount Ji, north of Yongchuan, moso bamboo grows down into old tea gardens; some of the bamboo "
        "scenes of House of Flying Daggers were shot here. Fog is thickest from six to eight and the light drips "
        "from the canopy. Tea rows follow the contour lines and read like sheet music on a long lens. The paved road "
        "ends at the viewing terrace; beyond it there are steps and earth paths, so dolly and crane go by hand.",
        aliases="箕山 十面埋伏 House of Flying Daggers",
        **YONGCHUAN,
        town_zh="茶山竹海街道",
        town_en="Chashan Zhuhai",
        lat=29.4230,
        lng=105.8740,
        landscape=["bamboo", "tea", "forest"],
        era=["han-tang", "song-ming", "qing", "republic", "today", "fantasy"],
        altitude_m=760,
        truck_to_set_m=120,
        stairs_up=86,
        level_diff_m="14.5",
        porters_needed=6,
        road_width_m="4.5",
        turning_ok=True,
        rain_slip=True,
        power_available_kw=30,
        generator_spot=True,
        base_camp=True,
        parking_trucks=6,
        toilets=True,
        capacity_people=150,
        sync_sound=OK,
        quiet_windows_zh="06:00–09:30 游客进山前",
        quiet_windows_en="06:00–09:30, before visitors",
        may_smoke=OK,
        may_wet_down=OK,
        may_animals=OK,
        may_drone=ASK,
        may_fire=NEVER,
        may_wall_paint=NEVER,
        latest_hour=time(22, 0),
        owner_kind="scenic",
        consent_from_zh="景区管理方、林业部门",
        consent_from_en="Scenic area office, forestry office",
        fee_fen=600_000,
        security_deposit_fen=2_000_000,
        min_hours=8,
        popularity=980,
        last_verified_on=date(2026, 5, 20),
        restrictions=(
            ("林区全年禁明火，烟机须有灭火员在场", "No open fire all year; smoke machines need a fire watch"),
        ),
        blackouts=(FIRES,),
        credits=(("十面埋伏", "House of Flying Daggers", 2004, "竹林", "bamboo forest"),),
        photos=(
            ("loc-bamboo-courtyard", False),
            ("loc-tea-hills", False),
            ("loc-misty-forest", False),
            ("cn-forest-mountain", False),
        ),
    ),
    place(
        code="YC-SG-014",
        slug="songji-old-town",
        name_zh="松溉古镇",
        name_en="Songji Old Town",
        summary_zh="长江北岸的千年水码头，石板街顺坡下到江边。",
        summary_en="A thousand-year river port: one flagstone street falls from the hill to the Yangtze.",
        description_zh="松溉念“松既”，外地人常念错。老街从坡顶的祠堂一路下到江边，木排门、封火墙、吊脚楼都还住着人，"
        "清末到八十年代的戏几乎不用改景。早上江面起雾，对岸看过来是一排剪影；傍晚炊烟贴着瓦走。"
        "街窄，车停在镇口坝子，器材走石板下去；住户多，夜戏要挨家告知。",
        description_en="L"
        "ocals say Songji although the dictionary reads Songgai. The old street runs from the ancestral "
        "hall down to the water between plank shopfronts, fire walls and stilt houses that people still live in, so "
        "late Qing to the 1980s needs little dressing. Morning fog turns the far view into a row of silhouettes; at "
        "dusk cooking smoke follows the tiles. Trucks stop at the yard above, everything else goes down by hand, and "
        "night work means knocking on every door first.",
        aliases="松既 songji songgai 永川松溉",
        **YONGCHUAN,
        town_zh="松溉镇",
        town_en="Songgai",
        lat=29.0580,
        lng=105.8925,
        setting="both",
        landscape=["wharf", "hill-steps", "river-beach"],
        urban_form=["lanes"],
        heritage=["old-town", "stilt-house", "ancestral-hall"],
        heritage_level="municipal",
        interior_drama_allowed=True,
        era=["qing", "republic", "1950s", "1970s", "1980s"],
        architectural_style=["bayu", "stilted"],
        altitude_m=221,
        truck_to_set_m=86,
        stairs_down=62,
        level_diff_m="9.7",
        porters_needed=6,
        road_width_m="3.4",
        turning_ok=True,
        boat_access=True,
        rain_slip=True,
        power_available_kw=40,
        generator_spot=True,
        base_camp=True,
        parking_trucks=2,
        toilets=True,
        network="5g",
        capacity_people=120,
        sync_sound=OK,
        noise_zh="渡船与街坊，上午最静",
        noise_en="Ferry and neighbours; mornings are quietest",
        quiet_windows_zh="07:00–11:30",
        quiet_windows_en="07:00–11:30",
        may_smoke=OK,
        may_wet_down=OK,
        may_vehicle=NEVER,
        may_fire=NEVER,
        latest_hour=time(23, 30),
        consent_from_zh="产权方、松溉镇、文物部门",
        consent_from_en="Owners, town government, heritage office",
        fee_fen=480_000,
        security_deposit_fen=1_000_000,
        min_hours=10,
        popularity=940,
        last_verified_on=date(2026, 5, 12),
        restrictions=(
            ("木构连片，禁明火与烟火", "Timber row: no open fire, no fireworks"),
            (
                "木构件不得钉固，换招牌灯笼须登记复位",
                "Nothing nailed to timber; signs and lanterns are logged and put back",
            ),
        ),
        blackouts=(GAOKAO, FLOOD),
        photos=(
            ("cn-river-old-town", False),
            ("cn-rainy-old-street", False),
            ("loc-teahouse-lantern", False),
            ("set-dark-dining-room", False),
            ("cn-canal-quarter", False),
            ("loc-chinese-garden-02", False),
            ("cn-lake-boat", False),
            ("loc-bamboo-courtyard", False),
            ("loc-old-mansion-hall-01", False),
            ("loc-chinese-garden-01", False),
            ("loc-chinese-garden-03", False),
            ("loc-harbour-night", False),
        ),
    ),
    place(
        code="YC-ZT-005",
        slug="zhutuo-wharf",
        name_zh="朱沱江边码头",
        name_en="Zhutuo River Landing",
        summary_zh="长江入渝后的老镇码头，卵石滩宽，江面开阔。",
        summary_en="An old landing on the Yangtze where the river is wide and the beach is all pebbles.",
        description_zh="朱沱在永川最南端，枯水期露出大片卵石河滩，能摆下一整支群演队伍。"
        "江船从画面左侧进来，汽笛声可以实录；场镇上的茶馆和理发店还是老样子。滩涂松软，重车不下滩。",
        description_en="Z"
        "hutuo is Yongchuan's southern tip. In low water the river bares a pebble beach wide enough for "
        "a whole crowd of extras. Barges enter from the left of frame and their horns are worth recording. Tea houses "
        "and barbers in town have hardly changed. The beach is soft: heavy trucks stay on the road.",
        **YONGCHUAN,
        town_zh="朱沱镇",
        town_en="Zhutuo",
        lat=29.0184,
        lng=105.8488,
        landscape=["wharf", "river-beach"],
        urban_form=["lanes"],
        heritage=["old-town"],
        heritage_level="ungraded",
        era=["republic", "1950s", "1970s", "1980s", "today"],
        altitude_m=206,
        truck_to_set_m=98,
        stairs_down=41,
        level_diff_m="7.8",
        porters_needed=4,
        boat_access=True,
        rain_slip=True,
        turning_ok=True,
        parking_trucks=4,
        capacity_people=300,
        sync_sound=ASK,
        noise_zh="货船汽笛",
        noise_en="Barge horns",
        may_smoke=OK,
        may_wet_down=OK,
        may_vehicle=ASK,
        may_animals=OK,
        may_fire=ASK,
        consent_from_zh="朱沱镇、海事",
        consent_from_en="Town government, maritime office",
        fee_fen=260_000,
        popularity=420,
        last_verified_on=date(2026, 3, 30),
        blackouts=(FLOOD,),
        photos=(("loc-harbour-night", False), ("cn-lake-boat", False)),
    ),
    place(
        code="YC-NJ-002",
        slug="yongchuan-old-quarter",
        name_zh="永川老城街巷",
        name_en="Yongchuan Old Quarter",
        summary_zh="八九十年代的县城味道：梧桐、骑楼、裁缝铺和麻将声。",
        summary_en="A county town of the eighties and nineties: plane trees, arcades, tailors and mahjong.",
        description_zh="老城的几条背街还留着八九十年代的尺度：两三层的骑楼、水磨石楼梯、手写招牌。"
        "车能开到巷口，电从街坊商铺接，适合都市剧和年代短剧快拍。放学和晚饭时段人多，早上最从容。",
        description_en="A"
        " few back streets keep the scale of the eighties and nineties: arcades of two and three floors, "
        "terrazzo stairs, hand-painted signs. Trucks reach the mouth of the lane and shops lend power, which suits "
        "fast period shorts. School's end and dinner are crowded; mornings are easy.",
        **YONGCHUAN,
        town_zh="中山路街道",
        town_en="Zhongshan Road",
        lat=29.3565,
        lng=105.9000,
        setting="both",
        urban_form=["lanes", "market", "dense-housing"],
        era=["1980s", "2000s", "today"],
        architectural_style=["modernist"],
        altitude_m=304,
        truck_to_set_m=18,
        stairs_up=22,
        level_diff_m="3.2",
        porters_needed=2,
        turning_ok=True,
        power_available_kw=20,
        parking_trucks=3,
        toilets=True,
        network="5g",
        capacity_people=80,
        sync_sound=ASK,
        noise_zh="麻将、广场舞、摩托",
        noise_en="Mahjong, square dancing, motorbikes",
        quiet_windows_zh="06:30–10:00",
        quiet_windows_en="06:30–10:00",
        may_smoke=ASK,
        may_wet_down=OK,
        may_vehicle=OK,
        latest_hour=time(22, 0),
        consent_from_zh="街道、社区、沿街商户",
        consent_from_en="Subdistrict, neighbourhood, shopkeepers",
        fee_fen=180_000,
        popularity=510,
        last_verified_on=date(2026, 5, 6),
        photos=(("cn-neon-signs", False), ("cn-rainy-old-street", False)),
    ),
    place(
        code="YC-WX-007",
        slug="satellite-lake",
        name_zh="卫星湖",
        name_en="Satellite Lake",
        summary_zh="城南的水库湖湾，晨雾贴水，岸线有桥有亭。",
        summary_en="A"
        " reservoir of many bays south of town; mist lies on the water, and there are bridges and pavilions.",
        description_zh="卫星湖的湖湾多而浅，一个机位转身就是另一片水。冬天雾大，日出前后一小时几乎是单色画面；"
        "岸边道路平，房车和发电车能停到水边。湖边有高校校区，青春戏就近换景。",
        description_en="T"
        "he lake has many shallow bays: turn the camera round and it is another water. In winter, the hour "
        "around sunrise is nearly monochrome. The shore road is flat, so trailers and generator stand at the water. A "
        "university campus nearby serves the coming-of-age scenes.",
        **YONGCHUAN,
        town_zh="卫星湖街道",
        town_en="Weixinghu",
        lat=29.2650,
        lng=105.8770,
        landscape=["lake", "hill-fields"],
        urban_form=["campus"],
        modern=["school"],
        era=["1980s", "2000s", "today"],
        altitude_m=318,
        truck_to_set_m=25,
        stairs_up=0,
        level_diff_m="1.5",
        turning_ok=True,
        generator_spot=True,
        base_camp=True,
        parking_trucks=8,
        toilets=True,
        capacity_people=200,
        sync_sound=OK,
        quiet_windows_zh="全天较静",
        quiet_windows_en="Quiet most of the day",
        may_smoke=OK,
        may_wet_down=OK,
        may_vehicle=OK,
        may_animals=OK,
        may_night=OK,
        may_drone=ASK,
        latest_hour=time(23, 0),
        consent_from_zh="街道、水库管理方",
        consent_from_en="Subdistrict, reservoir office",
        fee_fen=200_000,
        popularity=380,
        last_verified_on=date(2026, 4, 2),
        photos=(("cn-lake-boat", False), ("loc-mountain-reservoir", False)),
    ),
    place(
        code="YC-HG-003",
        slug="huangguashan-orchards",
        name_zh="黄瓜山果园",
        name_en="Huanggua Hill Orchards",
        summary_zh="三月梨花铺满山脊，七月采果，乡道一路在画面里。",
        summary_en="Pear blossom covers the ridge in March, fruit in July, and a country road stays in frame.",
        description_zh="黄瓜山是一条南北走向的长丘，漫山梨园。花期约在三月中下旬，只有十来天，请提前看花情。"
        "乡村公路贴着山脊，适合行车戏和跟拍；农家院能借作化妆间和餐区。",
        description_en="A long north–south hill of pear orchards. Blossom comes in the second half of March and lasts "
        "about ten days, so ask before you fix dates. The country road follows the ridge and suits driving scenes; "
        "farmhouses lend rooms for make-up and meals.",
        **YONGCHUAN,
        town_zh="南大街街道",
        town_en="Nandajie",
        lat=29.2650,
        lng=105.9080,
        landscape=["orchard", "hill-fields"],
        era=["1970s", "1980s", "2000s", "today"],
        altitude_m=480,
        truck_to_set_m=40,
        stairs_up=12,
        level_diff_m="4.0",
        turning_ok=True,
        road_width_m="5.0",
        generator_spot=True,
        base_camp=True,
        parking_trucks=5,
        capacity_people=120,
        sync_sound=OK,
        may_smoke=OK,
        may_wet_down=OK,
        may_vehicle=OK,
        may_animals=OK,
        may_night=OK,
        may_drone=ASK,
        owner_kind="collective",
        consent_from_zh="村集体、果农",
        consent_from_en="Village, fruit growers",
        fee_fen=120_000,
        popularity=360,
        last_verified_on=date(2026, 3, 24),
        photos=(("loc-tea-hills", False), ("loc-forest-aerial-road", False)),
    ),
    place(
        code="YC-SS-004",
        slug="shisun-mountain",
        name_zh="石笋山",
        name_en="Stone Shoot Mountain",
        summary_zh="永川与江津交界的山林，石峰像笋，云海在脚下。",
        summary_en="Forest on the border with Jiangjin, stone peaks like bamboo shoots, clouds underfoot.",
        description_zh="石笋山因山中石峰状如竹笋得名，林深路陡。雨后放晴的早晨常有云海，武侠、志怪、求道的戏都立得住。"
        "最后一段没有车路，请按体力而不是按里程排计划。",
        description_en="T"
        "he mountain is named for stone peaks shaped like bamboo shoots. After rain, clear mornings bring "
        "a sea of clouds: swordsmen, ghosts and hermits all look at home. The last stretch has no road, so plan by "
        "stamina, not by distance.",
        **YONGCHUAN,
        lat=29.1520,
        lng=105.9900,
        landscape=["stone-forest", "forest", "cliff-path"],
        heritage=["temple"],
        era=["han-tang", "song-ming", "fantasy"],
        altitude_m=900,
        truck_to_set_m=420,
        stairs_up=310,
        level_diff_m="58.0",
        porters_needed=12,
        rain_slip=True,
        turning_ok=False,
        network="4g",
        capacity_people=60,
        sync_sound=OK,
        may_smoke=OK,
        may_fire=NEVER,
        may_drone=ASK,
        may_vehicle=NEVER,
        may_night=ASK,
        latest_hour=time(20, 0),
        owner_kind="scenic",
        consent_from_zh="景区、林业部门",
        consent_from_en="Scenic area, forestry office",
        fee_fen=300_000,
        popularity=300,
        last_verified_on=date(2026, 4, 18),
        photos=(("loc-misty-forest", False), ("cn-forest-mountain", False), ("loc-mountain-stream", False)),
    ),
    place(
        code="YC-HZ-001",
        slug="yongchuan-convention-centre",
        name_zh="永川国际会展中心",
        name_en="Yongchuan International Convention Centre",
        summary_zh="大跨度展厅和玻璃前厅，首届科技电影周在这里开幕。",
        summary_en="Wide-span halls behind a glass lobby; the first tech film week opened here.",
        description_zh="2024年6月，中国·重庆科技电影周在这里开幕。展厅跨度大、吊点多，既能当机场、总部、未来城，"
        "也能直接搭景。卡车从卸货门开进厅内，用电充足；有展会的日子不接拍摄。",
        description_en="The Chongqing tech film week opened here in June 2024. Wide spans and many rigging points make "
        "the halls an airport, a headquarters or a city of the future, or simply a dry place to build. Trucks drive in "
        "through the freight doors and power is ample. There is no filming during fairs.",
        **YONGCHUAN,
        town_zh="新城",
        town_en="New Town",
        lat=29.3480,
        lng=105.9320,
        setting="interior",
        modern=["convention", "office"],
        era=["today", "future"],
        architectural_style=["modernist"],
        altitude_m=312,
        truck_to_set_m=5,
        stairs_up=0,
        level_diff_m="0.0",
        height_limit_m="4.5",
        turning_ok=True,
        power_available_kw=800,
        generator_spot=True,
        base_camp=True,
        parking_trucks=20,
        toilets=True,
        network="5g",
        capacity_people=2000,
        sync_sound=ASK,
        noise_zh="空调可申请停机",
        noise_en="Air conditioning can be stopped on request",
        may_smoke=ASK,
        may_vehicle=OK,
        may_night=OK,
        may_drone=ASK,
        may_fire=NEVER,
        owner_kind="state",
        consent_from_zh="场馆运营方",
        consent_from_en="Operator of the halls",
        fee_fen=1_500_000,
        security_deposit_fen=3_000_000,
        popularity=450,
        last_verified_on=date(2026, 5, 28),
        photos=(("event-forum-audience", False), ("stage-light-installation", False)),
    ),
    place(
        code="YZ-LZ-001",
        slug="liziba-station",
        name_zh="李子坝轻轨站",
        name_en="Liziba Monorail Station",
        summary_zh="单轨从居民楼里穿出来，一楼是路，八楼是站台。",
        summary_en="A monorail runs through a block of flats: street below, platform in the middle, homes above.",
        description_zh="2号线在李子坝穿楼而过，嘉陵江边的观景平台正对列车进出的位置。白天列车几分钟一班，"
        "蓝调时刻楼里亮灯、车窗也亮，画面最完整。平台全天有游客，请选工作日清晨；站内拍摄由轨道公司另批。",
        description_en="Line 2 passes through the building at Liziba, and the terrace by the Jialing River faces the "
        "very spot. Trains come every few minutes; at blue hour both flats and carriages are lit and the frame is "
        "complete. Tourists fill the terrace all day, so choose a weekday dawn. Filming inside the station is for the "
        "rail company to allow.",
        aliases="轻轨穿楼 2号线 train through building",
        **YUZHONG,
        town_zh="李子坝",
        town_en="Liziba",
        lat=29.5535,
        lng=106.5315,
        urban_form=["train-through-building", "elevated-station", "dense-housing"],
        era=["2000s", "today", "future"],
        architectural_style=["cyberpunk", "modernist"],
        altitude_m=215,
        truck_to_set_m=60,
        stairs_up=18,
        level_diff_m="3.0",
        turning_ok=False,
        network="5g",
        capacity_people=40,
        sync_sound=NEVER,
        noise_zh="轻轨、车流、游客",
        noise_en="Monorail, traffic, tourists",
        may_smoke=ASK,
        may_vehicle=ASK,
        may_drone=NEVER,
        may_fire=NEVER,
        may_wall_paint=NEVER,
        owner_kind="transport",
        consent_from_zh="街道、交巡警；站内须轨道公司同意",
        consent_from_en="Subdistrict, traffic police; the rail company inside the station",
        fee_basis="free",
        popularity=900,
        last_verified_on=date(2026, 2, 26),
        restrictions=(("轨道两侧100米内禁飞无人机", "No drones within 100 m of the elevated line"),),
        photos=(("loc-under-flyover", False), ("cn-city-aerial-night", False)),
    ),
    place(
        code="YZ-CJ-002",
        slug="yangtze-cableway",
        name_zh="长江索道",
        name_en="Yangtze River Cableway",
        summary_zh="红色车厢过江四分钟，两岸楼群从脚下滑过去。",
        summary_en="A red cabin crosses the river in four minutes while both banks slide past underfoot.",
        description_zh="1987年通车的过江索道，一头在渝中新华路，一头在南岸上新街。轿厢戏请包厢拍，空间只够一名摄影、"
        "两名演员；大景可在南岸对着渝中半岛等雾。索道白天游客多，首班前的半小时最值钱。",
        description_en="R"
        "unning since 1987 between Xinhua Road in Yuzhong and Shangxinjie on the south bank. A cabin holds "
        "one camera and two actors, so hire it whole. For the wide, stand on the south bank and wait for fog over the "
        "peninsula. Tourists fill it by day; the half hour before the first car is worth most.",
        aliases="过江索道 缆车 疯狂的石头 Crazy Stone",
        **YUZHONG,
        town_zh="新华路",
        town_en="Xinhua Road",
        lat=29.5590,
        lng=106.5850,
        setting="both",
        urban_form=["cableway", "river-bridge", "night-skyline"],
        era=["1980s", "2000s", "today"],
        architectural_style=["industrial"],
        altitude_m=245,
        truck_to_set_m=75,
        stairs_up=30,
        level_diff_m="12.0",
        porters_needed=3,
        turning_ok=False,
        network="5g",
        capacity_people=20,
        sync_sound=ASK,
        noise_zh="驱动轮与风声",
        noise_en="Drive wheels and wind",
        may_smoke=NEVER,
        may_wet_down=NEVER,
        may_vehicle=NEVER,
        may_fire=NEVER,
        may_drone=NEVER,
        may_night=ASK,
        latest_hour=time(22, 30),
        owner_kind="transport",
        consent_from_zh="索道公司",
        consent_from_en="Cableway company",
        fee_basis="hour",
        fee_fen=500_000,
        min_hours=2,
        popularity=960,
        last_verified_on=date(2026, 4, 25),
        credits=(("疯狂的石头", "Crazy Stone", 2006, "过江轿厢", "the cabin over the river"),),
        photos=(("cq-yangtze-cableway", True), ("cn-skyline-dawn", False)),
    ),
    place(
        code="YZ-QS-003",
        slug="qiansimen-bridge",
        name_zh="千厮门嘉陵江大桥",
        name_en="Qiansimen Jialing River Bridge",
        summary_zh="独塔斜拉，桥面走车、桥腹走轨，夜里整座桥发光。",
        summary_en="One pylon, cars on top and trains inside; at night the whole bridge glows.",
        description_zh="2015年通车的公轨两用桥，从洪崖洞上方跨过嘉陵江，连着江北的大剧院。桥上人行道可拍步行对话，"
        "北岸滨江步道是看洪崖洞和渝中半岛的正面机位。节假日夜间桥面可能封闭为人行，请提前问交巡警。",
        description_en="T"
        "he road-and-rail bridge of 2015 crosses the Jialing above Hongyadong towards the Grand Theatre. "
        "Its footway suits walking dialogue, and the north promenade gives the frontal view of Hongyadong and the "
        "peninsula. On holiday nights the deck may be closed to cars: ask the traffic police.",
        **YUZHONG,
        town_zh="千厮门",
        town_en="Qiansimen",
        lat=29.5665,
        lng=106.5785,
        urban_form=["river-bridge", "night-skyline"],
        era=["today", "future"],
        architectural_style=["modernist", "cyberpunk"],
        altitude_m=240,
        truck_to_set_m=150,
        stairs_up=46,
        level_diff_m="16.0",
        porters_needed=3,
        turning_ok=False,
        network="5g",
        capacity_people=60,
        sync_sound=NEVER,
        noise_zh="车流、轨道、广场舞",
        noise_en="Traffic, trains, square dancing",
        may_night=OK,
        may_vehicle=ASK,
        may_drone=NEVER,
        may_fire=NEVER,
        may_smoke=ASK,
        consent_from_zh="市政、交巡警",
        consent_from_en="City works, traffic police",
        fee_basis="free",
        popularity=870,
        last_verified_on=date(2026, 4, 26),
        photos=(("cq-bridge-night-01", True), ("cq-bridge-night-02", True)),
    ),
    place(
        code="YZ-HY-004",
        slug="hongyadong",
        name_zh="洪崖洞",
        name_en="Hongyadong",
        summary_zh="贴着崖壁的吊脚楼群，十一层灯火一直落到嘉陵江。",
        summary_en="Stilt houses up a cliff: eleven floors of light down to the Jialing.",
        description_zh="洪崖洞按吊脚楼样式沿崖重建，2006年开街，从沧白路进是顶楼，从滨江路进是底楼，同一座楼两个地面。"
        "亮灯约在日落后，一般到晚间十点；对岸和千厮门桥上是大景，楼内窄廊适合追逐和错身。旺季限流，"
        "拍摄须与运营方约定时段。",
        description_en="R"
        "ebuilt in the stilt-house manner along the cliff and opened in 2006: enter from Cangbai Road and "
        "you are on the roof, enter from the river road and you are at the bottom. Lights come on after sunset and go "
        "out about ten. The wide stands across the water or on the bridge; the narrow galleries suit chases. In high "
        "season entry is limited, so agree your hours with the operator.",
        aliases="吊脚楼 千与千寻",
        **YUZHONG,
        town_zh="沧白路",
        town_en="Cangbai Road",
        lat=29.5637,
        lng=106.5745,
        setting="both",
        landscape=["hill-steps"],
        urban_form=["night-skyline", "pedestrian-street"],
        heritage=["stilt-house"],
        era=["qing", "republic", "today", "fantasy"],
        architectural_style=["stilted", "cyberpunk"],
        altitude_m=230,
        truck_to_set_m=45,
        stairs_up=120,
        level_diff_m="42.0",
        porters_needed=5,
        turning_ok=False,
        network="5g",
        toilets=True,
        capacity_people=50,
        sync_sound=NEVER,
        noise_zh="游客与商铺音响",
        noise_en="Visitors and shop loudspeakers",
        may_night=OK,
        latest_hour=time(22, 0),
        may_drone=NEVER,
        may_vehicle=NEVER,
        may_fire=NEVER,
        may_wall_paint=NEVER,
        owner_kind="private",
        consent_from_zh="运营方、街道",
        consent_from_en="Operator, subdistrict",
        fee_basis="hour",
        fee_fen=800_000,
        min_hours=3,
        popularity=990,
        last_verified_on=date(2026, 4, 26),
        photos=(("cq-hongyadong-night", True), ("cq-tower-night", True), ("cq-bridge-night-02", True)),
    ),
    place(
        code="SP-CQ-001",
        slug="ciqikou",
        name_zh="磁器口古镇",
        name_en="Ciqikou Old Town",
        summary_zh="嘉陵江边的瓷码头，主街热闹，背街仍是老重庆。",
        summary_en="The porcelain port on the Jialing: a loud main street and back lanes that are still old Chongqing.",
        description_zh="磁器口因瓷器转运得名。主街游客多，拍戏往后街和江边走：黄葛树、石梯、半截土墙都在。"
        "清晨七点前商铺没开门，木排门整齐，是拍空镜的时候。",
        description_en="T"
        "he name comes from the porcelain shipped here. Leave the main street to the visitors and walk to "
        "the back lanes and the river: banyans, stone stairs and half a mud wall are all there. Before seven the shops "
        "are shut and the plank fronts stand in a row, which is the hour for empty shots.",
        district_zh="沙坪坝区",
        district_en="Shapingba",
        town_zh="磁器口",
        town_en="Ciqikou",
        lat=29.5800,
        lng=106.4465,
        setting="both",
        landscape=["wharf", "hill-steps"],
        urban_form=["lanes", "pedestrian-street"],
        heritage=["old-town", "temple", "stilt-house"],
        heritage_level="ungraded",
        era=["qing", "republic", "1950s"],
        architectural_style=["bayu"],
        altitude_m=190,
        truck_to_set_m=210,
        stairs_up=75,
        level_diff_m="21.0",
        porters_needed=6,
        rain_slip=True,
        turning_ok=False,
        network="5g",
        toilets=True,
        capacity_people=70,
        sync_sound=ASK,
        quiet_windows_zh="05:30–07:30",
        quiet_windows_en="05:30–07:30",
        may_smoke=ASK,
        may_wet_down=OK,
        may_vehicle=NEVER,
        may_fire=NEVER,
        may_night=ASK,
        consent_from_zh="街道、商户",
        consent_from_en="Subdistrict, shopkeepers",
        fee_fen=350_000,
        popularity=760,
        last_verified_on=date(2026, 3, 15),
        photos=(("cn-canal-quarter", False), ("cn-rainy-old-street", False)),
    ),
    place(
        code="JJ-BS-001",
        slug="baisha-old-town",
        name_zh="白沙古镇",
        name_en="Baisha Old Town",
        summary_zh="江津的长江水码头，抗战文化名镇，影视基地就在镇边。",
        summary_en="A Yangtze port in Jiangjin, a town of wartime schools, with a backlot at its edge.",
        description_zh="白沙抗战时期学校、书店、报社云集，老街至今留着那一代人的门窗。镇边建有影视基地，"
        "古镇实景和搭建街区可以同日转场。2019年，这里挂牌重庆影视拍摄一站式服务平台。",
        description_en="D"
        "uring the war schools, bookshops and newspapers moved to Baisha, and the old streets still have "
        "that generation's doors and windows. A backlot stands at the edge of town, so real street and built street "
        "can be shot on one day. In 2019 the city's one-stop filming desk got its plaque here.",
        district_zh="江津区",
        district_en="Jiangjin",
        town_zh="白沙镇",
        town_en="Baisha",
        lat=29.0660,
        lng=106.1230,
        setting="both",
        landscape=["wharf"],
        urban_form=["lanes"],
        heritage=["old-town", "wartime-site", "western-mansion"],
        heritage_level="municipal",
        interior_drama_allowed=True,
        era=["qing", "republic", "1950s"],
        architectural_style=["bayu", "western-republic"],
        altitude_m=205,
        truck_to_set_m=35,
        stairs_up=24,
        level_diff_m="6.0",
        porters_needed=2,
        turning_ok=True,
        power_available_kw=60,
        generator_spot=True,
        base_camp=True,
        parking_trucks=8,
        toilets=True,
        capacity_people=260,
        sync_sound=OK,
        may_smoke=OK,
        may_wet_down=OK,
        may_vehicle=OK,
        may_animals=OK,
        may_wall_paint=ASK,
        may_night=OK,
        latest_hour=time(23, 59),
        consent_from_zh="镇政府、产权方",
        consent_from_en="Town government, owners",
        fee_fen=450_000,
        popularity=690,
        last_verified_on=date(2026, 5, 2),
        photos=(("loc-old-mansion-hall-01", False), ("loc-old-mansion-hall-02", False), ("cn-rainy-old-street", False)),
    ),
    place(
        code="RC-WL-001",
        slug="wanling-old-town",
        name_zh="万灵古镇",
        name_en="Wanling Old Town",
        summary_zh="濑溪河边的石寨小镇，寨门、石桥、会馆一条线。",
        summary_en="A walled riverside town in Rongchang: gate, stone bridge and guild hall in one line.",
        description_zh="万灵古镇在荣昌濑溪河边，穿斗墙、挑檐廊和石寨门保存得整。镇子不大，一条街能拍出进镇、赶场、送别。"
        ""
        "河水平缓，木船可以入画；早晚两头光斜，正午白墙易过曝。",
        description_en="W"
        "anling stands on the Laixi River with its timber-framed walls, deep eaves and stone gate intact. "
        "It is small: one street gives you the arrival, the market and the farewell. The river is calm enough for a "
        "wooden boat in frame. Light is best at both ends of the day; at noon the white walls burn out.",
        aliases="路孔古镇",
        district_zh="荣昌区",
        district_en="Rongchang",
        town_zh="万灵镇",
        town_en="Wanling",
        lat=29.4330,
        lng=105.5300,
        setting="both",
        landscape=["hill-steps"],
        urban_form=["lanes"],
        heritage=["old-town", "gate-wall", "guild-hall", "ancestral-hall"],
        heritage_level="municipal",
        interior_drama_allowed=True,
        era=["song-ming", "qing", "republic"],
        architectural_style=["bayu"],
        altitude_m=320,
        truck_to_set_m=90,
        stairs_up=38,
        level_diff_m="8.5",
        porters_needed=3,
        boat_access=True,
        rain_slip=True,
        turning_ok=True,
        parking_trucks=4,
        toilets=True,
        capacity_people=110,
        sync_sound=OK,
        may_smoke=OK,
        may_wet_down=OK,
        may_animals=OK,
        may_vehicle=NEVER,
        may_fire=NEVER,
        latest_hour=time(22, 0),
        consent_from_zh="镇政府、文物部门",
        consent_from_en="Town government, heritage office",
        fee_fen=320_000,
        popularity=520,
        last_verified_on=date(2026, 4, 9),
        photos=(("loc-chinese-garden-03", False), ("cn-canal-quarter", False)),
    ),
    place(
        code="BN-MD-001",
        slug="mudong-old-town",
        name_zh="木洞古镇",
        name_en="Mudong Old Town",
        summary_zh="巴南长江边的山歌之乡，老街临江，江中有沙洲。",
        summary_en="A river town in Banan known for its mountain songs, facing a sandbar in the Yangtze.",
        description_zh="木洞山歌是国家级非物质文化遗产，赶场天还能请到歌手入镜。老街临江，退水时可下到滩上回望全镇。"
        "镇子节奏慢，适合家庭戏和返乡戏。",
        description_en="M"
        "udong's mountain songs are national intangible heritage, and on market days singers can be asked "
        "into the scene. The old street faces the river; in low water you can walk out and look back at the whole "
        "town. Life is slow here, which suits families and homecomings.",
        district_zh="巴南区",
        district_en="Banan",
        town_zh="木洞镇",
        town_en="Mudong",
        lat=29.5760,
        lng=106.8420,
        landscape=["wharf", "river-beach"],
        urban_form=["lanes", "market"],
        heritage=["old-town"],
        heritage_level="ungraded",
        era=["republic", "1970s", "1980s", "today"],
        architectural_style=["bayu"],
        altitude_m=200,
        truck_to_set_m=55,
        stairs_down=48,
        level_diff_m="11.0",
        porters_needed=3,
        boat_access=True,
        rain_slip=True,
        turning_ok=True,
        parking_trucks=5,
        capacity_people=150,
        sync_sound=OK,
        quiet_windows_zh="非赶场天上午",
        quiet_windows_en="Mornings without a market",
        may_smoke=OK,
        may_wet_down=OK,
        may_animals=OK,
        consent_from_zh="木洞镇",
        consent_from_en="Town government",
        fee_fen=220_000,
        popularity=340,
        last_verified_on=date(2026, 3, 8),
        blackouts=(FLOOD,),
        photos=(("cn-river-old-town", False), ("loc-teahouse-lantern", False)),
    ),
    place(
        code="YZ-EL-005",
        slug="eling-second-factory",
        name_zh="鹅岭二厂",
        name_en="Eling Second Factory",
        summary_zh="老印制厂改的文创园，天台望得见两江，楼道还是厂的气味。",
        summary_en="A"
        " printing works turned arts park: rooftops over two rivers, stairwells that still smell of the plant.",
        description_zh="前身是民国时期的印钞厂，后来的重庆印制二厂，如今是文创园。红砖、钢窗、外挂楼梯和大天台都在，"
        "《从你的全世界路过》在这里拍过。商户多，动线要避开营业时间；货车限高，请用小车转运。",
        description_en="I"
        "t printed banknotes under the Republic, then became Chongqing's second printing works, and is now "
        "an arts park. Brick, steel windows, outside stairs and wide roofs remain; I Belonged to You was shot here. "
        "Shops are many, so work around opening hours, and mind the height limit: bring kit up by van.",
        aliases="TESTBED2 印制二厂 贰厂",
        **YUZHONG,
        town_zh="鹅岭正街",
        town_en="Eling Street",
        lat=29.5530,
        lng=106.5375,
        setting="both",
        urban_form=["rooftop", "lanes"],
        industrial=["old-plant"],
        era=["republic", "1950s", "1970s", "1980s", "today"],
        architectural_style=["industrial"],
        altitude_m=360,
        truck_to_set_m=130,
        stairs_up=64,
        level_diff_m="15.0",
        porters_needed=4,
        road_width_m="3.5",
        height_limit_m="2.8",
        turning_ok=False,
        power_available_kw=50,
        toilets=True,
        network="5g",
        capacity_people=90,
        sync_sound=ASK,
        noise_zh="商户音乐，清晨可关",
        noise_en="Shop music; off at dawn",
        quiet_windows_zh="06:00–09:00",
        quiet_windows_en="06:00–09:00",
        may_smoke=ASK,
        may_wet_down=OK,
        may_wall_paint=ASK,
        may_vehicle=ASK,
        may_drone=NEVER,
        owner_kind="private",
        consent_from_zh="园区运营方、商户",
        consent_from_en="Operator of the park, shopkeepers",
        fee_fen=700_000,
        security_deposit_fen=1_000_000,
        popularity=820,
        last_verified_on=date(2026, 5, 16),
        credits=(("从你的全世界路过", "I Belonged to You", 2016, "天台", "the rooftop"),),
        photos=(("loc-rooftops-sunset", False), ("loc-depot-derelict-02", False), ("set-loft-green", False)),
    ),
    place(
        code="YZ-ZS-006",
        slug="zhongshan-fourth-road",
        name_zh="中山四路",
        name_en="Zhongshan Fourth Road",
        summary_zh="黄葛树遮住整条街，抗战旧居一座挨一座。",
        summary_en="One street under banyans, with wartime residences side by side.",
        description_zh="从上清寺到曾家岩，不到一公里的路上有桂园、周公馆等抗战旧址。黄葛树在春天落叶，四月是最好的年代感。"
        ""
        "街面是政务区域，占道和夜戏从严；旧址内拍摄由各馆与文物部门审批。",
        description_en="I"
        "n less than a kilometre, from Shangqingsi to Zengjiayan, stand Gui Garden, Zhou Enlai's residence "
        "and other houses of the war years. The banyans drop their leaves in spring, and April looks most of its "
        "period. Government offices line the street: closures and nights are rarely given, and each house decides, "
        "with the heritage office, what may be filmed inside.",
        **YUZHONG,
        town_zh="上清寺",
        town_en="Shangqingsi",
        lat=29.5650,
        lng=106.5480,
        urban_form=["lanes"],
        heritage=["wartime-site", "western-mansion"],
        heritage_level="national",
        era=["republic", "1950s"],
        architectural_style=["western-republic"],
        altitude_m=270,
        truck_to_set_m=28,
        stairs_up=10,
        level_diff_m="2.0",
        turning_ok=True,
        network="5g",
        capacity_people=50,
        sync_sound=ASK,
        noise_zh="车流",
        noise_en="Traffic",
        may_night=ASK,
        may_drone=NEVER,
        may_fire=NEVER,
        may_wall_paint=NEVER,
        may_smoke=NEVER,
        owner_kind="state",
        consent_from_zh="街道、交巡警、文物部门",
        consent_from_en="Subdistrict, traffic police, heritage office",
        fee_basis="free",
        popularity=600,
        last_verified_on=date(2026, 4, 20),
        photos=(("loc-old-mansion-hall-01", False), ("loc-old-mansion-hall-02", False)),
    ),
    place(
        code="NA-SJ-001",
        slug="sujiaba-interchange",
        name_zh="苏家坝立交",
        name_en="Sujiaba Interchange",
        summary_zh="螺旋盘道从江边绕上大桥，桥腹离楼顶只有几层高。",
        summary_en="A spiral ramp climbs from the river to the bridge, a few floors above the roofs.",
        description_zh="苏家坝立交用盘旋匝道把菜园坝大桥接到南岸，层层叠叠的桥腹是重庆最硬的线条。"
        "桥下空地可停车、可布光，雨天也能拍；夜里钠灯加雾，几乎不用补光就是末世感。",
        description_en="S"
        "piral ramps lift the road from Nan'an to the Caiyuanba bridge, and the stacked undersides are the "
        "hardest lines in Chongqing. The ground below takes trucks and lights, rain or not; at night sodium lamps and "
        "fog give you the end of the world for free.",
        district_zh="南岸区",
        district_en="Nan'an",
        town_zh="铜元局",
        town_en="Tongyuanju",
        lat=29.5350,
        lng=106.5600,
        urban_form=["interchange", "underpass", "elevated-station"],
        era=["2000s", "today", "future"],
        architectural_style=["brutalist", "cyberpunk"],
        altitude_m=235,
        truck_to_set_m=15,
        stairs_up=0,
        level_diff_m="1.0",
        turning_ok=True,
        height_limit_m="4.2",
        generator_spot=True,
        parking_trucks=6,
        network="5g",
        capacity_people=80,
        sync_sound=NEVER,
        noise_zh="车流、轨道",
        noise_en="Traffic, trains",
        may_smoke=ASK,
        may_wet_down=OK,
        may_vehicle=ASK,
        may_night=OK,
        may_drone=NEVER,
        consent_from_zh="市政、交巡警",
        consent_from_en="City works, traffic police",
        fee_basis="free",
        popularity=560,
        last_verified_on=date(2026, 3, 2),
        photos=(("loc-under-flyover", False), ("loc-mosaic-underpass", False)),
    ),
    place(
        code="YC-KD-009",
        slug="jishan-old-mine-road",
        name_zh="箕山旧矿道（示例）",
        name_en="Old Mine Road (sample)",
        summary_zh="安全评估中，暂不开放。",
        summary_en="Being assessed for safety; not open.",
        description_zh="示例记录：已下架的地点，任何页面都不应出现。",
        description_en="A sample record of a place that was taken down; no page shows it.",
        **YONGCHUAN,
        lat=29.4300,
        lng=105.8600,
        state="hidden",
        setting="interior",
        urban_form=["tunnel"],
        industrial=["old-plant"],
        era=["1970s"],
        popularity=5,
        photos=(("loc-concrete-tunnel", False), ("loc-depot-derelict-01", False)),
    ),
    place(
        code="YC-SM-010",
        slug="linjiang-private-courtyard",
        name_zh="临江竹影私院（示例）",
        name_en="Private Bamboo Courtyard (sample)",
        summary_zh="江雾影业自己勘到的院子，只给本公司看。",
        summary_en="A courtyard one company scouted for itself; nobody else sees it.",
        description_zh="示例记录：只对一家公司可见的地点。白墙、竹影、一口老井，下午三点光进天井。",
        description_en="A"
        " sample record of a place private to one company: white walls, bamboo shadow, an old well, and "
        "light in the courtyard at three.",
        **YONGCHUAN,
        town_zh="临江镇",
        town_en="Linjiang",
        lat=29.2530,
        lng=105.9560,
        private=True,
        exact_point_public=False,
        setting="both",
        landscape=["bamboo"],
        heritage=["ancestral-hall"],
        era=["qing", "republic"],
        truck_to_set_m=30,
        owner_kind="private",
        fee_fen=150_000,
        popularity=50,
        last_verified_on=date(2026, 5, 30),
        photos=(("loc-bamboo-courtyard", False), ("loc-chinese-garden-02", False)),
    ),
)


def _read(row: dict[str, Any]) -> dict[str, Any]:
    """Return one place of the file: its pictures are samples, its dates are dates."""
    verified = date.fromisoformat(row.pop("last_verified_on"))
    photos = tuple((stem, False) for stem in row.pop("photos"))
    return place(**row, last_verified_on=verified, photos=photos)


def all_places() -> list[dict[str, Any]]:
    """Return the places written here and those of `files/places.json`."""
    more = json.loads((FILES / "places.json").read_text(encoding="utf-8"))
    facts = json.loads((FILES / "place-facts.json").read_text(encoding="utf-8"))
    return [*({**one, **facts.get(one["slug"], {})} for one in PLACES), *(_read(row) for row in more)]


def children(data: dict[str, Any], pictures: dict[str, PortalImage], today: date) -> dict[str, list[Any]]:
    """Return the rows that hang on a place. A picture of another named place is none of its samples."""
    photos = [
        (pictures[stem], shows) for stem, shows in data["photos"] if stem in pictures and (shows or stem in NOWHERE)
    ]
    return {
        "photos": [
            LocationPhoto(image=image, order=order, shows_place=shows) for order, (image, shows) in enumerate(photos)
        ],
        "restrictions": [LocationRestriction(text_zh=zh, text_en=en) for zh, en in data["restrictions"]],
        "blackouts": [
            LocationBlackout(
                starts_on=date(today.year, *start),
                ends_on=date(today.year, *end),
                yearly=True,
                reason_zh=zh,
                reason_en=en,
            )
            for start, end, zh, en in data["blackouts"]
        ],
        "credits": [
            LocationCredit(title_zh=zh, title_en=en, year=year, scene_zh=scene_zh, scene_en=scene_en)
            for zh, en, year, scene_zh, scene_en in data["credits"]
        ],
    }


@transaction.atomic
def load(pictures: dict[str, PortalImage], editor: User, *, private_to: Organisation | None = None) -> list[Location]:
    """Load the places whose sample is new or other than it was. `pictures` are by the stem of their file; those missing
    are left out.

    A place that a person changed or deleted since stays so. Raises `PermissionDenied` where `editor` may not edit places.
    """
    company = private_to or Organisation.objects.filter(name=COMPANY_A).first()
    loaded = [found for data in all_places() if (found := _load_one(data, pictures, editor, company))]
    for words in SYNONYMS:
        marks.once(
            f"synonym:{words[:120]}",
            Synonym,
            find=Synonym.objects.filter(words=words).first,
            make=lambda words=words: save_synonym(actor=editor, synonym=Synonym(words=words)),
        )
    return loaded


def _load_one(
    data: dict[str, Any], pictures: dict[str, PortalImage], editor: User, company: Organisation | None
) -> Location | None:
    """Return one place, made or brought to its sample's words; nothing where it was deleted or nobody may see it."""
    if data.get("private") and company is None:
        return None
    fields = {k: v for k, v in data.items() if k not in {"photos", "restrictions", "blackouts", "credits", "private"}}
    if data.get("private"):
        fields["organisation"] = company

    def rows() -> dict[str, list[Any]]:
        return children(data, pictures, timezone.localdate())

    key, content = f"place:{data['code']}", marks.sum_of(data)
    known = marks.once(
        key,
        Location,
        find=Location.objects.filter(code=data["code"]).first,
        make=lambda: create_location(actor=editor, children=rows(), **fields),
    )
    if known is None:
        return None
    mark = SampleMark.objects.get(key=key)
    changed = mark.version is not None and known.version > mark.version
    if changed:
        marks.left.append(known.name_zh)
    elif mark.content and mark.content != content:
        known = update_location(actor=editor, location=known, children=rows(), **fields)
    if not changed and mark.content != content:
        mark.content, mark.version = content, known.version
        mark.save()
    return known
