import TestSupport
import Testing

/// Charges to cards from the command line, over the sample's October; the processor is a folder.
@Suite struct CardPaymentTests {
    /// October issued, and the tokens of two accounts that pay by card.
    private func closed() async -> TestFolder {
        let folder = await SampleMonth.folder()
        #expect(await folder.kanjo("close", "2017-10", "--issue").status == 0)
        for account in ["vc-11cb48", "vc-2869ce"] {
            #expect(
                await folder.kanjo("payment", "card", "--account", account, "--token", "tok_\(account)").status == 0)
        }
        return folder
    }

    private func charge(_ folder: TestFolder, _ more: String...) async -> CommandRun {
        await folder.run(
            ["payment", "charge", "--period", "2017-10", "--folder", folder.path, "--output", "csv"] + more)
    }

    /// Rows of `charges.csv`: charge, token, yen, currency, invoice.
    private func handedOver(_ folder: TestFolder) -> [[String]] {
        folder.read("charges.csv").split(separator: "\r\n").dropFirst().map {
            $0.split(separator: ",").map(String.init)
        }
    }

    @Test func aChargeIsMadeOnceHoweverOftenItIsAskedForAndAnswered() async throws {
        let folder = await closed()
        let first = await charge(folder)
        #expect(first.status == 0)
        #expect(first.diagnostics.contains("2 new, 0 given out again, 9 left"))
        #expect(first.diagnostics.contains("of vc-0e4a51 is paid by bank transfer"))
        #expect(first.diagnostics.contains("has no card; store its token"))
        let charges = handedOver(folder)
        #expect(charges.map { $0[1] } == ["tok_vc-11cb48", "tok_vc-2869ce"])
        try #require(charges.count == 2)
        #expect(await charge(folder).diagnostics.contains("0 new, 2 given out again"))
        #expect(handedOver(folder) == charges)
        folder.write(
            "results-1.csv",
            """
            charge,result,day,yen,reason
            \(charges[0][0]),paid,2017-11-30,\(charges[0][2]),
            \(charges[1][0]),declined,2017-11-30,\(charges[1][2]),限度額
            \(charges[1][0]),paid,2017-11-30,1,
            charge-201710-000099-1,paid,2017-11-30,5,
            x,perhaps,2017-11-30,5,

            """)
        let settle = ["payment", "settle", "--folder", folder.path]
        let settled = await folder.run(settle)
        #expect(settled.status == 1)
        #expect(settled.diagnostics.contains("1 paid, 1 declined, 0 known before, 3 left"))
        #expect(settled.diagnostics.contains("there is no charge 'charge-201710-000099-1'"))
        #expect(settled.diagnostics.contains("yen, not 1; ask the processor"))
        #expect(await folder.run(settle).diagnostics.contains("0 paid, 0 declined, 2 known before, 3 left"))
        // What was declined is left until somebody wants it again; then it is a charge of its own.
        #expect(await charge(folder).diagnostics.contains("0 new, 0 given out again"))
        #expect(await charge(folder, "--retry").diagnostics.contains("1 new, 0 given out again"))
        #expect(handedOver(folder).map { $0[0] } == [String(charges[1][0].dropLast()) + "2"])
        let owed = await folder.kanjo("payment", "owed", "--account", "vc-11cb48", "--output", "csv")
        #expect(owed.output.contains(",0,paid"))
        #expect(await folder.kanjo("verify").status == 0)
        #expect(await folder.kanjo("rebuild").status == 0)
        #expect(await charge(folder).diagnostics.contains("0 new, 1 given out again"))
    }

    @Test func moneyForAVoidInvoiceIsHeld() async throws {
        let folder = await closed()
        _ = await charge(folder)
        let charges = handedOver(folder)
        try #require(charges.count == 2)
        #expect(await folder.kanjo("invoice", "void", charges[0][4], "--reason", "test").status == 0)
        folder.write(
            "results.csv", "charge,result,day,yen\n\(charges[0][0]),paid,2017-11-30,\(charges[0][2])\n")
        let settled = await folder.kanjo("payment", "settle", "--folder", folder.path, "--output", "csv")
        #expect(settled.status == 0)
        #expect(settled.output.contains(",\(charges[0][2]),0,,\(charges[0][2])\r\n"))
    }

    @Test(arguments: [
        (["--token", "4111 1111 1111 1111"], "looks like the number of a card"),
        (["--token", "4111-1111-1111-1111"], "looks like the number of a card"),
        (["--token", ""], "a token is 1 to 200"), (["--token", "a b"], "a token is 1 to 200"),
        ([], "give either --token or --remove"), (["--token", "t", "--remove"], "give either --token or --remove"),
    ])
    func onlyATokenIsTaken(_ options: [String], _ message: String) async {
        let folder = TestFolder()
        let run = await folder.run(["payment", "card", "--account", "acme"] + options)
        #expect(run.status == 64)
        #expect(run.diagnostics.contains(message))
    }

    @Test func aCardThatIsTakenAwayIsNotCharged() async {
        let folder = await closed()
        #expect(await folder.kanjo("payment", "card", "--account", "vc-11cb48", "--remove").status == 0)
        #expect(await charge(folder).diagnostics.contains("1 new, 0 given out again, 10 left"))
        #expect(await folder.kanjo("payment", "card", "--account", "nobody", "--token", "t").status == 66)
    }
}
