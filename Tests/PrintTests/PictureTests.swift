import TestSupport
import Testing

/// Pictures of the pages are those that a person has looked at.
@Suite struct PictureTests {
    static let samples: [String: InvoiceSample] = {
        var rare = InvoiceSample([InvoiceSample.usage(480_728)])
        rare.recipientName = "髙﨑𠮷野家電ホールディングス株式会社 東日本計算基盤統括本部 第二計算機センター設立準備室"
        rare.recipientAddress = "東京都千代田区霞が関三丁目二番一号 みほんの長い名前の建物の別館の二十三階の北側の部屋"
        rare.payment = "card"
        var exclusive = InvoiceSample([InvoiceSample.usage(63_063)])
        exclusive.basis = "exclusive"
        var abroad = InvoiceSample([InvoiceSample.usage(480_728)])
        (abroad.country, abroad.recipientName, abroad.registrationNumber) = ("US", "Acme, Inc.", "")
        return [
            "outside-japan": abroad, "classes": InvoiceSample(InvoiceSample.everyClass), "rare-names": rare,
            "exclusive": exclusive, "return": .returned, "reissue": .reissued,
            "zero-tax": InvoiceSample([InvoiceSample.usage(100_000), InvoiceSample.credit(-1600)]),
            "one-line": InvoiceSample([InvoiceSample.usage(480_728)]),
            "two-hundred-lines": InvoiceSample(
                (1...200).map { InvoiceSample.usage(Int64($0) * 1000, plan: "v\($0)", name: "V100 (32GB) 第\($0)") }),
        ]
    }()

    @Test func pagesLookAsBefore() throws {
        var found = ""
        for (name, sample) in Self.samples.sorted(by: { $0.key < $1.key }) {
            let (count, digest) = try PrintedPages(sample).pictures()
            found += "\(digest) \(count) \(name)\n"
        }
        #expect(Golden.difference(found, "pictures.txt", besides: #filePath) == nil)
    }
}
