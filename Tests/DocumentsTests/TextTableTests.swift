import Testing
import UsageLedger

@testable import Documents

/// Tables, numbers and lists in their three forms.
@Suite struct TextTableTests {
    @Test func wideCharactersTakeTwoColumns() {
        #expect(DisplayWidth.of("abc") == 3)
        #expect(DisplayWidth.of("請求書") == 6)
        #expect(DisplayWidth.of("ｶﾝｼﾞｮｳ") == 6)
        #expect(DisplayWidth.of("（税込）") == 8)
        #expect(DisplayWidth.of("¥1 → é") == 6)
        #expect(DisplayWidth.of("e\u{301}か\u{3099}") == 3)
        #expect(DisplayWidth.of("𠮷") == 2)
    }

    @Test func cellsAreAlignedByWhatIsSeen() {
        let table = TextTable(
            [.init("品目"), .init("yen", .right)], rows: [["株式会社", "1"], ["acme", "10,000"]], total: ["total", "10,001"])
        #expect(
            table.text == """
                品目         yen
                ────────────────
                株式会社       1
                acme      10,000
                ────────────────
                total     10,001

                """)
    }

    @Test func thousandsAreSeparatedInTheWholePartOnly() {
        let cases = [
            ("0", "0"), ("999", "999"), ("1000", "1,000"), ("-1234567", "-1,234,567"),
            ("1071088.2400001", "1,071,088.2400001"),
            ("0.0001", "0.0001"), ("-100.5", "-100.5"), ("12345678901234567890123", "12,345,678,901,234,567,890,123"),
            ("no", "no"),
        ]
        for (text, grouped) in cases { #expect(Digits.grouped(text) == grouped) }
    }

    @Test func aListIsTheSameInEveryForm() {
        let listing = Listing(
            [.text("account"), .number("yen"), .number("amount_yen", "amount"), .text("note")],
            rows: [
                [.text("a\u{1B}[2J"), .integer(1000), .decimal("1000.5"), .none],
                [.text("b,\"c\""), .integer(Int64.max), .decimal("-1"), .text("=1+1")],
            ])
        #expect(
            listing.table == """
                account                        yen   amount  note
                ─────────────────────────────────────────────────
                a\u{FFFD}[2J                        1,000  1,000.5
                b,"c"    9,223,372,036,854,775,807       -1  =1+1

                """)
        #expect(
            listing.csv
                == "account,yen,amount_yen,note\r\na\u{1B}[2J,1000,1000.5,\r\n"
                + "\"b,\"\"c\"\"\",9223372036854775807,-1,'=1+1\r\n"
        )
        #expect(
            listing.json.canonicalText
                == #"{"rows":[{"account":"a\u001b[2J","amount_yen":"1000.5","note":null,"yen":1000},"#
                + #"{"account":"b,\"c\"","amount_yen":"-1","note":"=1+1","yen":"9223372036854775807"}]}"#)
    }

    @Test func textThatASpreadsheetWouldRunIsDefused() {
        for text in ["=1", "+1", "-1", "@x", "\tx", "\rx"] { #expect(CSVText.defused(text) == "'" + text) }
        #expect(CSVText.defused("1-1") == "1-1")
        #expect(CSVText.row(["a\nb", "c\rd"]) == "\"a\nb\",\"c\rd\"\r\n")
    }

    @Test func jsonForPeopleIsIndentedInTheOrderGiven() {
        let value = JSONValue.object([
            .init("b", .array([.integer(1), .object([])])), .init("a", .array([])), .init("c", .string("\"")),
        ])
        #expect(IndentedJSON.text(value) == "{\n  \"b\": [\n    1,\n    {}\n  ],\n  \"a\": [],\n  \"c\": \"\\\"\"\n}\n")
    }
}
