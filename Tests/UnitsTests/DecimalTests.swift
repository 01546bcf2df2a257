import TestSupport
import Testing
import Units

/// Prices and GPU counts are plain decimals, read exactly or not at all.
@Suite struct DecimalTests {
    @Test(arguments: [
        ("0", 0, "0"), ("0.016", 16_000_000, "0.016"), ("0.0160", 16_000_000, "0.016"), ("12", 12_000_000_000, "12"),
        ("012.50", 12_500_000_000, "12.5"), ("0.000000001", 1, "0.000000001"), ("0.0000000010000", 1, "0.000000001"),
        ("9999.999999999", 9_999_999_999_999, "9999.999999999"), ("10000", 10_000_000_000_000, "10000"),
        ("10000.000", 10_000_000_000_000, "10000"),
    ])
    func prices(text: String, billionths: Int64, shown: String) throws {
        let price = try UnitPrice(decimal: text)
        #expect(price.billionths == billionths)
        #expect(price.description == shown)
        #expect(try UnitPrice(decimal: shown) == price)
    }

    @Test(
        arguments: [
            ("", .invalidDecimal), (".", .invalidDecimal), (".5", .invalidDecimal), ("1.", .invalidDecimal),
            ("-1", .invalidDecimal), ("+1", .invalidDecimal), ("1e3", .invalidDecimal), ("0x10", .invalidDecimal),
            ("1,000", .invalidDecimal), ("1 000", .invalidDecimal), (" 1", .invalidDecimal), ("1\n", .invalidDecimal),
            ("1.2.3", .invalidDecimal), ("NaN", .invalidDecimal), ("１", .invalidDecimal),
            ("0.0000000001", .invalidDecimal),
            ("0.1234567891", .invalidDecimal), ("10000.000000001", .decimalOutOfRange), ("10001", .decimalOutOfRange),
            ("100000000000000000000", .decimalOutOfRange),
            ("9999999999999999999999999999999999999", .decimalOutOfRange),
            ("0000000000000000000000000000000000001", .decimalOutOfRange),
        ] as [(String, UnitError.Code)])
    func noPrices(text: String, code: UnitError.Code) {
        #expect(#expect(throws: UnitError.self) { try UnitPrice(decimal: text) }?.code == code)
    }

    @Test(arguments: [
        ("1", 1_000, "1"), ("0.5", 500, "0.5"), ("0.001", 1, "0.001"), ("32.000", 32_000, "32"), ("1.0000", 1_000, "1"),
        ("65535", 65_535_000, "65535"), ("65534.999", 65_534_999, "65534.999"),
    ])
    func gpus(text: String, thousandths: Int64, shown: String) throws {
        let quantity = try GPUQuantity(decimal: text)
        #expect(quantity.thousandths == thousandths)
        #expect(quantity.description == shown)
        #expect(quantity.isWhole == !shown.contains("."))
        #expect(GPUQuantity(thousandths: thousandths) == quantity)
    }

    @Test(
        arguments: [
            ("0", .decimalOutOfRange), ("0.000", .decimalOutOfRange), ("0.0001", .invalidDecimal),
            ("0.0005", .invalidDecimal), ("65535.001", .decimalOutOfRange), ("65536", .decimalOutOfRange),
            ("100000000000000000000", .decimalOutOfRange), ("-1", .invalidDecimal), ("1e20", .invalidDecimal),
            ("", .invalidDecimal), ("eight", .invalidDecimal),
        ] as [(String, UnitError.Code)])
    func noGPUs(text: String, code: UnitError.Code) {
        #expect(#expect(throws: UnitError.self) { try GPUQuantity(decimal: text) }?.code == code)
    }

    @Test(arguments: [0, -1, 65_535_001, Int64.min, Int64.max])
    func gpusOutsideOfTheRange(thousandths: Int64) {
        #expect(GPUQuantity(thousandths: thousandths) == nil)
    }

    @Test func thousandthsComeBack() {
        var generator = SeededGenerator(seed: TestSeed.value)
        for edge in [0, 1, -1, 999, 1_000, -1_500, Int64.max, Int64.min + 1] {
            #expect(thousandths(parsing: thousandthsText(Int128(edge))) == edge)
        }
        for _ in 0..<2_000 {
            let value = Int64(bitPattern: generator.next()) >> Int64(generator.below(60))
            guard value != .min else { continue }
            #expect(thousandths(parsing: thousandthsText(Int128(value))) == value, "seed \(TestSeed.value): \(value)")
        }
        for text in ["", "-", "--1", "1e3", "9223372036854775.808", "0.0001"] {
            #expect(thousandths(parsing: text) == nil, "\(text)")
        }
    }

    /// 66,943,015 GPU seconds at 0.016 yen are 1,071,088.24 yen, with nothing rounded.
    @Test func amountsAreExact() throws {
        let usage = Usage(seconds: 1_000, shortfallSeconds: 10, gpuSecondThousandths: 66_943_015_000)
        #expect(usage.amount(at: try UnitPrice(decimal: "0.016"), basis: .gpu).description == "1071088.24")
        #expect(usage.amount(at: try UnitPrice(decimal: "0.000000001"), basis: .plan).description == "0.000001")
        #expect(usage.gpuSecondsText == "66943015")
        let tooLittle = Usage(seconds: 0, shortfallSeconds: 0, gpuSecondThousandths: 1)
        #expect(
            tooLittle.amount(at: try UnitPrice(decimal: "0.000000001"), basis: .gpu).description == "0.000000000001")
        #expect(ExactYen(trillionths: -500_000_000_000).description == "-0.5")
    }
}
