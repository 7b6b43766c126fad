"""The words of imports."""

from collections.abc import Mapping
from enum import Enum

from app.domain.imports import (
    Encoding,
    FileFormat,
    ImportAccept,
    ImportDuplicates,
    ImportKey,
    ImportKind,
    ImportMeaning,
    ImportMode,
    ImportState,
    ImportSubject,
)
from app.domain.vocabulary.words import Words

WORDS: Mapping[type[Enum], Mapping[Enum, Words]] = {
    ImportKind: {
        ImportKind.ORGANIZATIONS: Words("Tổ chức đảng", "Organizations"),
        ImportKind.MEMBERS: Words("Đảng viên", "Members"),
        ImportKind.MEMBERSHIPS: Words("Nơi sinh hoạt đảng", "Memberships"),
        ImportKind.SEATS: Words("Cấp ủy và chức danh", "Committees and seats"),
        ImportKind.MEETINGS: Words("Cuộc họp", "Meetings"),
        ImportKind.TRANSFERS: Words("Chuyển sinh hoạt đảng", "Transfers"),
        ImportKind.EXTERNAL_IDS: Words("Mã ở hệ thống khác", "Ids in other systems"),
    },
    ImportSubject: {
        ImportSubject.ORGANIZATION: Words("Tổ chức đảng", "Organization"),
        ImportSubject.MEMBER: Words("Đảng viên", "Member"),
    },
    ImportKey: {
        ImportKey.EXTERNAL_ID: Words("Mã ở hệ thống khác", "Id in another system"),
        ImportKey.CODE: Words("Mã tổ chức đảng", "Code of the organization"),
    },
    FileFormat: {
        FileFormat.CSV: Words("Bảng CSV", "Table (CSV)"),
        FileFormat.NDJSON: Words("Từng dòng JSON (NDJSON)", "JSON by line (NDJSON)"),
        FileFormat.XLSX: Words("Bảng tính Excel (XLSX)", "Workbook (XLSX)"),
    },
    Encoding: {
        Encoding.UTF_8: Words("UTF-8", "UTF-8"),
        Encoding.UTF_16: Words("UTF-16 (“Unicode Text”)", "UTF-16 (“Unicode Text”)"),
        Encoding.WINDOWS_1258: Words("Windows-1258 (tiếng Việt)", "Windows-1258 (Vietnamese)"),
        Encoding.TCVN3: Words("Phông TCVN3 (ABC)", "Fonts of TCVN3 (ABC)"),
        Encoding.VNI: Words("Phông VNI", "Fonts of VNI"),
    },
    ImportMode: {
        ImportMode.VALIDATE: Words("Chỉ kiểm tra", "Validate only"),
        ImportMode.APPLY: Words("Kiểm tra và ghi", "Validate and apply"),
    },
    ImportAccept: {
        ImportAccept.ALL: Words("Tất cả hoặc không gì cả", "All or nothing"),
        ImportAccept.CLEAN: Words("Các dòng hợp lệ, giữ lại dòng lỗi", "The sound rows, others held"),
    },
    ImportDuplicates: {
        ImportDuplicates.REFUSE: Words("Không nhận người đã có", "Refuse who is a member already"),
        ImportDuplicates.CREATE: Words("Coi là người khác", "Take for another person"),
    },
    ImportMeaning: {
        ImportMeaning.CHANGES: Words("Thay đổi từ một ngày", "Changes from a day"),
        ImportMeaning.CORRECTIONS: Words(
            "Đính chính điều ghi nhầm", "Corrections of what was recorded wrongly"
        ),
    },
    ImportState: {
        ImportState.VALID: Words("Hợp lệ", "Valid"),
        ImportState.APPLIED: Words("Đã ghi", "Applied"),
        ImportState.REFUSED: Words("Bị từ chối", "Refused"),
    },
}
