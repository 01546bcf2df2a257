import Billing
import Units

/// What a kind of document is called, in every form of it.
enum DocumentWords {
    /// Its name in the law on qualified invoices, or why it is none.
    static func kind(_ invoice: Invoice) -> String {
        guard invoice.totals.category == .standard else { return "国外取引・消費税対象外" }
        if invoice.kind == .returned { return "適格返還請求書" }
        return invoice.isReissue ? "修正適格請求書" : "適格請求書"
    }

    /// The word at the head of the page.
    static func title(_ invoice: Invoice) -> String {
        if invoice.kind == .returned { return "返還請求書" }
        return invoice.isReissue ? "修正請求書" : "請求書"
    }

    static func number(_ invoice: Invoice) -> String { invoice.kind == .returned ? "文書番号" : "請求書番号" }

    static func day(_ invoice: Invoice) -> String { invoice.kind == .returned ? "返還日" : "発行日" }

    static func amount(_ invoice: Invoice) -> String {
        (invoice.kind == .returned ? "ご返還金額" : "ご請求金額") + (invoice.totals.category == .standard ? "（税込）" : "")
    }

    static let refund = "未入金のご請求額から差し引きます。お支払済みの場合は返金します。"

    /// The document that is corrected, or given back from; `nil` on a first invoice.
    static func original(_ invoice: Invoice) -> (label: String, text: String)? {
        invoice.original.map { original in
            (
                invoice.kind == .returned ? "元の請求書" : "訂正した請求書",
                "\(original.number)（\(Digits.japanese(original.issueDay))）"
            )
        }
    }
}
