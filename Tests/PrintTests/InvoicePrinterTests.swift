import Billing
import Documents
import Print
import TestSupport
import Testing
import UsageLedger
import Units

/// Printed invoices, asked by programs that others wrote.
@Suite struct InvoicePrinterTests {
    private static let rareNames = "髙﨑𠮷野家電ホールディングス辻󠄀"
    private static let many = (1...200).map {
        InvoiceSample.usage(Int64($0) * 1000, plan: "v\($0)", name: "V100 (32GB) 第\($0)")
    }

    @Test func everyFigureCanBeSearched() throws {
        let sample = InvoiceSample(InvoiceSample.everyClass)
        let text = try PrintedPages(sample).text()
        for part in [
            "請求書", "適格請求書", "201711-000001", "株式会社アクメ 御中", "株式会社勘定クラウド", "T7000012050002", "T6011001106696",
            "2017年12月5日", "2018年1月4日", "¥582,147", "36,570,955", "585,135", "0.016", "-43,728", "-699", "-3,000",
            "582,147", "52,922", "10%", "四捨五入", "みほん銀行", "ｶ)ｶﾝｼﾞﾖｳｸﾗｳﾄﾞ", "13001, 13002", "1 / 1",
        ] {
            #expect(text.contains(part), "\(part) isn't in the file's text")
        }
    }

    @Test func fontsAreEmbeddedSubsetsAndTheFileIsSound() throws {
        var sample = InvoiceSample(InvoiceSample.everyClass)
        sample.recipientName = Self.rareNames
        let pages = try PrintedPages(sample)
        let fonts = try pages.ask("pdffonts", []).text.split(separator: "\n").dropFirst(2)
        #expect(fonts.count >= 3)
        for font in fonts {
            #expect(font.contains("BIZUDGothic") || font.contains("IPAmjMincho"), "\(font)")
            // The columns emb, sub, uni: the letters can be selected.
            #expect(font.contains("yes yes yes"), "\(font)")
        }
        let (status, message) = try pages.ask("qpdf", ["--check"])
        #expect(status == 0, "\(message)")
        #expect(try pages.text().contains("髙﨑𠮷野家電"))
    }

    @Test func theSameDocumentIsTheSameBytes() throws {
        let sample = InvoiceSample(Self.many)
        let first = try PrintedPages(sample).bytes
        #expect(try PrintedPages(sample).bytes == first)
        var other = sample
        other.recipientName += "二"
        #expect(try PrintedPages(other).bytes != first)
    }

    @Test func printersOnManyThreadsGiveTheSameBytes() async throws {
        let sample = InvoiceSample(InvoiceSample.everyClass)
        let expected = try PrintedPages(sample).bytes
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<8 { group.addTask { try PrintedPages(sample).bytes } }
            for try await bytes in group { #expect(bytes == expected) }
        }
    }

    @Test func longDocumentsRepeatTheHeaderAndLoseNoLine() throws {
        let pages = try PrintedPages(InvoiceSample(Self.many))
        let text = try pages.text()
        let sheets = text.split(separator: "\u{C}").filter { $0.contains("201711-000001") }
        #expect(sheets.count > 3)
        for (index, sheet) in sheets.enumerated() {
            #expect(sheet.contains("品目") && sheet.contains("金額 (円)"), "page \(index + 1) has no header row")
            #expect(sheet.contains("\(index + 1) / \(sheets.count)"))
        }
        for index in 1...200 { #expect(text.contains("第\(index) "), "line \(index) is lost") }
    }

    @Test func aThousandLinesAreAllThere() throws {
        let sample = InvoiceSample(
            (1...1000).map { InvoiceSample.usage(Int64($0) * 1000, plan: "v\($0)", name: "V100 (32GB) 第\($0)") })
        let text = try PrintedPages(sample).text()
        for index in 1...1000 { #expect(text.contains("第\(index) "), "line \(index) is lost") }
        let sheets = text.split(separator: "\u{C}").filter { $0.contains("201711-000001") }
        #expect(sheets.count > 20 && sheets.allSatisfy { $0.contains("金額 (円)") })
    }

    @Test func theTemplateNamesTheFontsThatAreUsed() throws {
        #expect(try PrintedPages.fonts.get().names == PrintTemplate.current.fonts)
        try InvoicePrinter.check(.current)
        for other in [#"{"template":2,"fonts":[]}"#, #"{"template":1,"fonts":["BIZ UDGothic 1.06"]}"#] {
            let template = PrintTemplate(issued: try JSONValue(parsing: Array(other.utf8)))
            #expect { try InvoicePrinter.check(template) } throws: { ($0 as? PrintError)?.code == .templateUnknown }
        }
        try InvoicePrinter.check(PrintTemplate(issued: .object([])))
    }

    @Test func fortyLinesAreSmall() throws {
        let forty = InvoiceSample((1...40).map { InvoiceSample.usage(Int64($0) * 100_000) })
        #expect(try PrintedPages(forty).bytes.count < 120_000)
    }

    /// Every count of lines around a page's end: the sum is on the last page, and never alone.
    @Test func theSumNeverStandsAlone() throws {
        for count in 8...40 {
            let sample = InvoiceSample(
                (1...count).map { InvoiceSample.usage(Int64($0) * 1000, plan: "v\($0)", name: "V100 第\($0)") })
            let sheets = try PrintedPages(sample).text().split(separator: "\u{C}")
            let last = try #require(sheets.last { $0.contains("201711-000001") })
            #expect(last.contains("合計（税込）") && last.contains("第\(count) "), "\(count) lines")
        }
    }
}
