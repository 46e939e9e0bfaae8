"""Demo stages. Figures marked published come from the press (named); everything else is an example."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction

from media.models import PortalImage
from portal.accounts.models import User
from studios.actions import keep_stage
from studios.day_types import DEFAULT_PERCENT, DayType
from studios.models import BookingPolicy, LedSurface, Rate, RateCard, RateExtra, Resource, Stage, StagePhoto, Unit

from . import marks

PRESS_ZH = "公开数据：2024 年媒体报道；其余为示例值。"
PRESS_EN = "Published figures: press reports of 2024; the rest are examples."
SAMPLE_ZH, SAMPLE_EN = "本页数据均为示例值。", "All figures on this page are examples."

STAGES: tuple[dict[str, Any], ...] = (
    {
        "slug": "led-1", "kind": "led_volume", "name_zh": "1号棚 LED 虚拟拍摄棚", "name_en": "Stage 1 LED volume",
        "summary_zh": "弧形主屏与三块天屏，摄影机内完成视效", "summary_en": "Curved main wall and three ceiling screens for in-camera effects",
        "description_zh": "演员站在光里，而不是站在绿幕前。弧形主屏把远山、江面和夜色搬进棚内，天屏给出真实的反光与环境光；导演在监视器上看到的，就是成片的样子。\n进棚前先做资产联调与校色，建议为首次使用的剧组预留一天联调、一天预布光。",
        "description_en": "Actors stand in the light of the scene, not before a green cloth. The curved wall brings hills, river and night indoors; the ceiling screens give honest reflections. What the director sees on the monitor is what the audience will see.\nAllow a day to load and calibrate your content and a day to pre-light when you come for the first time.",
        "equipment_zh": "机械臂、伸缩炮、索尼电影摄影机、蔡司镜头", "equipment_en": "Robot arms, telescopic crane, Sony cinema cameras, Zeiss lenses",
        "floor_area_m2": 3000, "length_m": "60.0", "width_m": "50.0", "clear_height_m": "16.0", "height_under_grid_m": "14.0",
        "floor_load_kn_m2": "10.0", "hoist_points": 75, "grid_point_load_kg": 500, "volume_area_m2": 800,
        "door_w_m": "6.0", "door_h_m": "6.0", "door_acoustic": True, "truck_access": True, "max_vehicle_t": "12.0", "power_kva": 800,
        "power_tariff_fen_kwh": 200, "hvac_silent": True, "nr_rating": 25, "sync_sound_ok": True, "dressing_rooms": 4, "makeup_rooms": 6,
        "production_office_m2": 120, "workshop_distance_m": 40, "parking_trucks": 8, "engine": "Unreal Engine nDisplay", "engine_versions": "5.3, 5.4, 5.5",
        "render_nodes": 14, "node_gpu": "RTX 6000 Ada × 2", "node_ram_gb": 256, "workstations": 8, "media_server": "1 + 1",
        "tracking_system": "OptiTrack", "tracking_protocols": "FreeD, OpenTrackIO", "tracked_cameras": 2, "latency_frames": "5.0",
        "sync_hw": "Quadro Sync II", "genlock": True, "timecode": "LTC", "max_fps": 60, "node_network_gbps": 25, "storage_tb": 120, "uplink_gbps": 1,
        "sources": {"floor_area_m2": "published", "volume_area_m2": "published"}, "press": True,
        "photos": [("stage-led-volume-render-02", False), ("stage-led-volume-render-01", False), ("stage-led-volume-render-03", False), ("stage-moon-set-01", False)],
        "surfaces": [
            {"role": "main_wall", "arc_length_m": "42.0", "height_m": "7.0", "curvature_deg": 150, "pixel_pitch_mm": "1.95", "peak_nits": 2600, "refresh_hz": 7680, "bit_depth": 10,
             "sources": {"arc_length_m": "published", "pixel_pitch_mm": "published", "peak_nits": "published"}},
            {"role": "ceiling", "count": 3, "arc_length_m": "8.0", "height_m": "5.0", "pixel_pitch_mm": "2.80", "sources": {}},
        ],
        "shoot_fen": 4_800_000, "stage_manager_fen": 30_000, "deposit_fen": 3_000_000,
        "extras": [("operator", "屏控操作员 1 人", "Screen operator", 240_000), ("makeup", "化妆间 1 间", "Make-up room", 80_000)],
    },
    {
        "slug": "xr-2", "kind": "xr", "name_zh": "2号棚 XR 扩展现实棚", "name_en": "Stage 2 XR",
        "summary_zh": "屏幕与地屏连成一体，适合发布与直播", "summary_en": "Wall and LED floor as one picture, for launches and live shows",
        "description_zh": "两面墙和一块地屏拼成一个没有边缘的场景，机位移动时虚拟延展跟着走。直播、发布会和综艺最常用它。",
        "description_en": "Two walls and an LED floor make one scene without edges; the virtual extension follows the camera. Most used for live broadcast, launches and variety shows.",
        "floor_area_m2": 1200, "length_m": "40.0", "width_m": "30.0", "clear_height_m": "12.0", "height_under_grid_m": "10.0", "power_kva": 400,
        "power_tariff_fen_kwh": 200, "sync_sound_ok": True, "hvac_silent": True, "nr_rating": 30, "truck_access": False, "door_w_m": "4.0", "door_h_m": "4.5",
        "makeup_rooms": 3, "dressing_rooms": 2, "render_nodes": 6, "node_gpu": "RTX 6000 Ada", "engine": "Unreal Engine", "engine_versions": "5.4",
        "tracking_system": "OptiTrack", "tracked_cameras": 3, "genlock": True, "timecode": "LTC", "max_fps": 50,
        "photos": [("stage-light-installation", False), ("stage-neon-tubes", False)],
        "surfaces": [
            {"role": "main_wall", "arc_length_m": "18.0", "height_m": "5.0", "pixel_pitch_mm": "2.60", "peak_nits": 1500},
            {"role": "floor", "arc_length_m": "12.0", "height_m": "10.0", "pixel_pitch_mm": "4.80"},
        ],
        "buffer_after": 1, "shoot_fen": 2_600_000, "stage_manager_fen": 30_000, "deposit_fen": 2_000_000,
        "extras": [("operator", "屏控操作员 1 人", "Screen operator", 240_000)],
    },
    {
        "slug": "standard-3", "kind": "standard", "name_zh": "3号棚 标准摄影棚", "name_en": "Stage 3 standard",
        "summary_zh": "2,000 m² 隔声棚，卡车直入", "summary_en": "2,000 m² sound stage, trucks drive in",
        "description_zh": "四面隔声，葡萄架满铺，适合搭大景。置景车间就在隔壁，景片不用绕路。", "description_en": "Insulated on all sides with a full grid, made for large sets. The construction shop is next door, so nothing travels far.",
        "floor_area_m2": 2000, "length_m": "50.0", "width_m": "40.0", "clear_height_m": "15.0", "height_under_grid_m": "13.0", "floor_load_kn_m2": "15.0",
        "hoist_points": 60, "grid_point_load_kg": 500, "door_w_m": "6.0", "door_h_m": "6.0", "door_acoustic": True, "truck_access": True, "max_vehicle_t": "20.0",
        "power_kva": 600, "power_tariff_fen_kwh": 200, "hvac_silent": True, "nr_rating": 25, "sync_sound_ok": True, "dressing_rooms": 6, "makeup_rooms": 4,
        "production_office_m2": 200, "workshop_distance_m": 25, "parking_trucks": 10,
        "photos": [("stage-black-box", False), ("set-loft-green", False), ("set-dark-dining-room", False)],
        "buffer_after": 1, "shoot_fen": 1_600_000, "stage_manager_fen": 30_000, "deposit_fen": 2_000_000,
        "extras": [("makeup", "化妆间 1 间", "Make-up room", 80_000)],
    },
    {
        "slug": "standard-4", "kind": "standard", "name_zh": "4号棚 标准摄影棚", "name_en": "Stage 4 standard",
        "summary_zh": "5,000 m² 大棚，可办典礼", "summary_en": "5,000 m², large enough for ceremonies",
        "description_zh": "片场最大的一个棚：可以拆成两半各搭各的景，也可以整棚做典礼和红毯。分日、夜两个时段预订。", "description_en": "The largest stage of the lot. Split it for two sets, or use it whole for a ceremony. Booked by day and by night.",
        "floor_area_m2": 5000, "length_m": "90.0", "width_m": "55.0", "clear_height_m": "18.0", "height_under_grid_m": "16.0", "floor_load_kn_m2": "15.0",
        "hoist_points": 90, "grid_point_load_kg": 500, "door_w_m": "8.0", "door_h_m": "7.0", "door_acoustic": True, "truck_access": True, "max_vehicle_t": "30.0",
        "power_kva": 1200, "power_tariff_fen_kwh": 200, "sync_sound_ok": True, "nr_rating": 30, "dressing_rooms": 8, "makeup_rooms": 6, "parking_trucks": 20,
        "sources": {"floor_area_m2": "published"}, "press": True,
        "photos": [("stage-moon-set-02", False), ("event-forum-audience", False)],
        "slots_per_day": 2, "shoot_fen": 1_400_000, "stage_manager_fen": 30_000, "deposit_fen": 3_000_000, "extras": [],
    },
    {
        "slug": "mocap-5", "kind": "mocap", "name_zh": "5号棚 动作捕捉棚", "name_en": "Stage 5 motion capture",
        "summary_zh": "18 × 12 m 捕捉空间，虚拟摄影机实时回看", "summary_en": "18 × 12 m capture space with a virtual camera in real time",
        "description_zh": "两人对打、马背、威亚都能捕。数据当天导出，动画师第二天就能用。", "description_en": "Fights, riding and wire work in one space. Data leaves the stage the same day, so animators start the next morning.",
        "floor_area_m2": 500, "length_m": "25.0", "width_m": "20.0", "clear_height_m": "9.0", "height_under_grid_m": "7.5", "power_kva": 120, "mocap_cameras": 32,
        "tracking_system": "OptiTrack", "max_fps": 240, "timecode": "LTC", "genlock": True, "workstations": 6, "makeup_rooms": 1, "sync_sound_ok": True,
        "photos": [("stage-white-sweep", False), ("crew-gimbal-operator", False)],
        "shoot_fen": 1_200_000, "stage_manager_fen": 20_000, "deposit_fen": 1_000_000, "extras": [("suits", "捕捉服 2 套", "Two capture suits", 60_000)],
    },
    {
        "slug": "green-6", "kind": "greenscreen", "name_zh": "6号棚 绿幕实时合成棚", "name_en": "Stage 6 green screen",
        "summary_zh": "L 形无缝绿幕，现场实时合成", "summary_en": "Seamless L-shaped green cove with live keying",
        "description_zh": "绿幕与白无影两用，现场就能看到合成结果，少一轮返工。", "description_en": "Green or white cove with live keying on set: see the composite at once and save a round of fixes.",
        "floor_area_m2": 800, "length_m": "32.0", "width_m": "25.0", "clear_height_m": "10.0", "cyclorama": "18 × 12 × 6 m", "power_kva": 200, "sync_sound_ok": True,
        "nr_rating": 30, "truck_access": True, "max_vehicle_t": "8.0", "makeup_rooms": 2, "dressing_rooms": 2, "workstations": 3, "engine": "Unreal Engine", "engine_versions": "5.4",
        "photos": [("stage-white-cyc", False), ("stage-photo-studio-lights", False)],
        "shoot_fen": 900_000, "stage_manager_fen": 20_000, "deposit_fen": 1_000_000, "extras": [("paint", "绿幕重刷", "Repaint of the cove", 150_000)],
    },
    {
        "slug": "workshop", "kind": "workshop", "name_zh": "置景车间", "name_en": "Construction shop",
        "summary_zh": "木工、铁艺、喷漆，四个工位", "summary_en": "Joinery, metal and paint in four bays",
        "description_zh": "按工位租，按天算。材料与成品的进出走独立货运通道，不与棚内抢门。", "description_en": "Rented by the bay and day. Materials and finished flats use their own loading road and never queue for a stage door.",
        "floor_area_m2": 1600, "clear_height_m": "8.0", "door_w_m": "5.0", "door_h_m": "5.0", "truck_access": True, "max_vehicle_t": "20.0", "power_kva": 200, "parking_trucks": 6,
        "photos": [("loc-warehouse-empty-01", False), ("loc-warehouse-empty-02", False)],
        "units": 4, "unit_name": ("工位", "bay"), "shoot_fen": 120_000, "stage_manager_fen": 0, "deposit_fen": 200_000, "extras": [],
    },
    {
        "slug": "render-cloud", "kind": "render_cloud", "name_zh": "云渲染农场", "name_en": "Render cloud",
        "summary_zh": "8 个节点，按节点与天预订", "summary_en": "Eight nodes, booked by node and day",
        "description_zh": "节点彼此独立，要几个订几个，别的剧组用不到的才会排到您。失败的任务不计费（示例条款）。", "description_en": "Nodes are independent: take as many as you need. Failed jobs are not billed (example terms).",
        "render_nodes": 8, "node_gpu": "RTX 6000 Ada × 4", "node_ram_gb": 512, "node_network_gbps": 100, "storage_tb": 800, "uplink_gbps": 10, "power_kva": 160,
        "photos": [("post-edit-suite", False), ("post-edit-timeline", False)],
        "units": 8, "unit_name": ("节点", "node"), "shoot_fen": 60_000, "stage_manager_fen": 0, "deposit_fen": 0, "extras": [],
    },
)  # fmt: skip


@transaction.atomic
def load(pictures: dict[str, PortalImage], keeper: User) -> dict[str, Resource]:
    """Make the demo stages with resources, units and rate cards, once. Returns the resources by slug of the sample.

    A stage that was changed or deleted since stays so.
    """
    found = {}
    for order, facts in enumerate(STAGES):
        stage = marks.once(
            f"stage:{facts['slug']}",
            Stage,
            find=Stage.objects.filter(slug=facts["slug"]).first,
            make=partial(_make, facts, order, pictures, keeper),
        )
        resource = Resource.objects.filter(stage=stage).first() if stage else None
        if resource:
            found[facts["slug"]] = resource
    return found


def _make(facts: dict[str, Any], order: int, pictures: dict[str, PortalImage], keeper: User) -> Stage:
    stage = _stage(facts, order)
    _pictures(stage, facts["photos"], pictures)
    _resource(stage, facts)
    return keep_stage(actor=keeper, stage=stage)


def policy(deposit_fen: int) -> BookingPolicy:
    """Return the demo terms with that security deposit; example bands, dates 2 to 365 days ahead."""
    terms, _made = BookingPolicy.objects.get_or_create(
        name_zh=f"示例条款（押金 {deposit_fen // 100:,} 元）",
        defaults={
            "name_en": f"Example terms (deposit ¥{deposit_fen // 100:,})",
            "security_deposit_fen": deposit_fen,
            "holds_per_company": 12,
            "cancellation_bands": [
                {"days": 14, "percent": 20}, {"days": 7, "percent": 50}, {"days": 0, "percent": 100},
            ],
        },
    )  # fmt: skip
    return terms


def _stage(facts: dict[str, Any], order: int) -> Stage:
    names = {field.name for field in Stage._meta.concrete_fields}
    values = {name: value for name, value in facts.items() if name in names}
    for name, value in values.items():
        if isinstance(value, str) and Stage._meta.get_field(name).get_internal_type() == "DecimalField":
            values[name] = Decimal(value)
    press = facts.get("press", False)
    values |= {
        "order": order, "published": True,
        "source_note_zh": PRESS_ZH if press else SAMPLE_ZH, "source_note_en": PRESS_EN if press else SAMPLE_EN,
    }  # fmt: skip
    stage = Stage.objects.create(**values)
    for surface in facts.get("surfaces", ()):
        LedSurface.objects.create(stage=stage, **surface)
    return stage


def _pictures(stage: Stage, photos: list[tuple[str, bool]], pictures: dict[str, PortalImage]) -> None:
    for order, (stem, shows) in enumerate(photos):
        StagePhoto.objects.create(stage=stage, image=pictures[stem], order=order, shows_stage=shows)


def _resource(stage: Stage, facts: dict[str, Any]) -> None:
    resource = Resource.objects.create(
        stage=stage,
        kind=stage.kind,
        name_zh=stage.name_zh,
        name_en=stage.name_en,
        policy=policy(facts["deposit_fen"]),
        buffer_after=facts.get("buffer_after", 0),
        slots_per_day=facts.get("slots_per_day", 1),
    )
    count = facts.get("units", 1)
    for index in range(1, count + 1):
        name = f"{facts['unit_name'][0]} {index}" if "unit_name" in facts else stage.name_zh
        Unit.objects.create(resource=resource, index=index, name=name)
    card = RateCard.objects.create(
        resource=resource, valid_from=date(2025, 1, 1), stage_manager_fen=facts["stage_manager_fen"]
    )
    for day_type in DayType.values:
        price = facts["shoot_fen"] * DEFAULT_PERCENT[day_type] // 100
        Rate.objects.create(card=card, day_type=day_type, price_fen=price)
    for code, zh, en, price in facts["extras"]:
        RateExtra.objects.create(card=card, code=code, name_zh=zh, name_en=en, price_fen=price)
