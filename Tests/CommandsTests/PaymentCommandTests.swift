import TestSupport
import Testing

/// Payments from the command line, over the sample's October.
@Suite struct PaymentCommandTests {
    private static let list = """
        day,yen,payer,reference,invoice
        2017-11-20,4691,カ）アクメ,B-1,201710-000001
        2017-11-21,"1,000",株式会社　ｱｸﾒ,B-2,
        2017-11-22,500,誰か,B-3,
        2017-11-40,500,誰か,B-4,
        2017-11-23,0,誰か,B-5,
        2017-11-24,10,for 201710-000099,B-6,

        """

    /// The sample with October's invoices.
    private func closed() async -> TestFolder {
        let folder = await SampleMonth.folder()
        let close = await folder.kanjo("close", "2017-10", "--issue")
        #expect(close.status == 0, "\(close.diagnostics)")
        return folder
    }

    @Test func aBanksListIsRecordedOnceAndNothingIsGuessed() async {
        let folder = await closed()
        let path = folder.write("bank.csv", Self.list)
        let first = await folder.kanjo("payment", "import", path, "--output", "csv")
        #expect(first.status == 1)
        #expect(first.output.contains("B-1") && first.output.contains("201710-000001 4691"))
        // The payer's name is the account's, in another width; nothing is open any more, so it is held.
        #expect(first.output.contains("B-2"))
        for line in ["bank.csv:4: no invoice is named", "bank.csv:5: line 5: day", "bank.csv:6: line 6: yen"] {
            #expect(first.diagnostics.contains(line), "\(line) in \(first.diagnostics)")
        }
        #expect(first.diagnostics.contains("bank.csv:7: there is no document 201710-000099"))
        #expect(first.diagnostics.hasSuffix("2 recorded, 0 known before, 4 left\n"))
        let second = await folder.kanjo("payment", "import", path)
        #expect(second.diagnostics.hasSuffix("0 recorded, 2 known before, 4 left\n"))
        let owed = await folder.kanjo("payment", "owed", "--account", "vc-0e4a51", "--output", "csv")
        #expect(owed.output.contains("201710-000001,vc-0e4a51,2017-10,2017-11-30,4691,4691,0,paid"))
        #expect(await folder.kanjo("payment", "list", "--output", "csv").output.split(separator: "\r\n").count == 3)
        #expect(await folder.kanjo("verify").status == 0)
    }

    @Test func aHeaderThatLacksAColumnIsToldAndNothingIsTaken() async {
        let folder = await SampleMonth.folder()
        let run = await folder.kanjo("payment", "import", folder.write("bank.csv", "day,yen,payer\n2017-11-20,1,a\n"))
        #expect(run.status == 65)
        #expect(run.diagnostics.contains("the header lacks the column reference"))
        #expect(await folder.kanjo("payment", "list", "--output", "csv").output.split(separator: "\r\n").count == 1)
    }
}
