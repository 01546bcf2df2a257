import Billing
import Units

/// The books as slips (振替伝票) for Japanese accounting software: sides of one entry stand beside each other, under
/// one slip number. Sales are one side with their tax inside (内税), whose yen are given, never computed again.
public enum SlipBooks {
    /// One side of a slip.
    private struct Side {
        let account: String
        let customer: String
        let taxClass: String
        let yen: Yen
        let tax: Yen?
    }

    private struct Row {
        let slip: Int
        let isFirst: Bool
        let isLast: Bool
        let entry: JournalEntry
        let debit: Side?
        let credit: Side?
    }

    /// freee: columns as its import of other programs' journals names them, one amount and tax column per side.
    public static func freee(_ journal: Journal) -> String {
        let side = ["勘定科目", "補助科目", "税区分", "金額", "税額"]
        var text = CSVText.row(
            ["日付", "伝票番号", "決算整理仕訳"] + side.map { "借方" + $0 } + side.map { "貸方" + $0 } + ["摘要"])
        for row in rows(journal, taxClass: "課税売上10%", returnClass: "課税売返10%") {
            func cells(_ side: Side?) -> [String] {
                guard let side else { return ["", "", "", "", ""] }
                return [side.account, side.customer, side.taxClass, side.yen.description, tax(side)]
            }
            text += CSVText.row(
                [slashed(row.entry.day), String(row.slip), ""] + cells(row.debit) + cells(row.credit)
                    + [CSVText.defused(row.entry.text)])
        }
        return text
    }

    /// Money Forward クラウド会計: the 27 columns of its journal template.
    public static func moneyForward(_ journal: Journal) -> String {
        let side = ["勘定科目", "補助科目", "部門", "取引先", "税区分", "インボイス", "金額(円)", "税額"]
        var text = CSVText.row(
            ["取引No", "取引日"] + side.map { "借方" + $0 } + side.map { "貸方" + $0 }
                + [
                    "摘要", "仕訳メモ", "タグ", "MF仕訳タイプ", "決算整理仕訳", "作成日時", "作成者", "最終更新日時", "最終更新者",
                ])
        for row in rows(journal, taxClass: "課税売上 10%", returnClass: "課税売上-返還等 10%") {
            func cells(_ side: Side?) -> [String] {
                guard let side else { return Array(repeating: "", count: 8) }
                return [
                    side.account, side.customer, "", side.customer, side.taxClass, "", side.yen.description, tax(side),
                ]
            }
            text += CSVText.row(
                [String(row.slip), slashed(row.entry.day)] + cells(row.debit) + cells(row.credit)
                    + [CSVText.defused(row.entry.text)] + Array(repeating: "", count: 8))
        }
        return text
    }

    /// 弥生会計: its import form of 25 columns without a header; a slip of several rows is marked 2110, 2100 …, 2101.
    public static func yayoi(_ journal: Journal) -> String {
        var text = ""
        for row in rows(journal, taxClass: "課税売上内10%", returnClass: "課税売返内10%") {
            let mark =
                switch (row.isFirst, row.isLast) {
                case (true, true): "2111"
                case (true, false): "2110"
                case (false, true): "2101"
                case (false, false): "2100"
                }
            func cells(_ side: Side?) -> [String] {
                guard let side else { return ["", "", "", "対象外", "0", ""] }
                return [side.account, side.customer, "", side.taxClass, side.yen.description, tax(side)]
            }
            text += CSVText.row(
                [mark, String(row.slip), "", slashed(row.entry.day)] + cells(row.debit) + cells(row.credit)
                    + [CSVText.defused(row.entry.text), "", "", "3", "", "", "0", "0", "no"])
        }
        return text
    }

    private static func rows(_ journal: Journal, taxClass: String, returnClass: String) -> [Row] {
        journal.entries.enumerated().flatMap { index, entry in
            let sides = self.sides(entry, taxClass: taxClass, returnClass: returnClass)
            let count = max(sides.debits.count, sides.credits.count)
            return (0..<count).map { row in
                Row(
                    slip: index + 1, isFirst: row == 0, isLast: row == count - 1, entry: entry,
                    debit: row < sides.debits.count ? sides.debits[row] : nil,
                    credit: row < sides.credits.count ? sides.credits[row] : nil)
            }
        }
    }

    private static func sides(
        _ entry: JournalEntry, taxClass: String, returnClass: String
    ) -> (debits: [Side], credits: [Side]) {
        let tax = entry.postings.first { $0.account == .tax }?.yen ?? .zero
        var debits: [Side] = [], credits: [Side] = []
        for posting in entry.postings where posting.account != .tax {
            let isTaxed = (posting.account == .sales || posting.account == .returns) && tax != .zero
            let yen = isTaxed ? posting.yen + tax : posting.yen
            let side = Side(
                account: posting.account.japanese, customer: posting.account.hasCustomers ? entry.customer.text : "",
                taxClass: isTaxed ? posting.account == .returns ? returnClass : taxClass : "対象外",
                yen: yen < .zero ? -yen : yen, tax: isTaxed ? tax < .zero ? -tax : tax : nil)
            if yen > .zero { debits.append(side) } else { credits.append(side) }
        }
        return (debits, credits)
    }

    private static func tax(_ side: Side) -> String { side.tax?.description ?? "" }
    private static func slashed(_ day: CivilDay) -> String { day.description.replacing("-", with: "/") }
}
