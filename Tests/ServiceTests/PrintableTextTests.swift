import Store
import TestSupport
import Testing

@testable import Service

/// Names that no printed page could show are refused when they are entered, by the real fonts.
@Suite struct PrintableTextTests {
    private static let setUp = """
        issuer: {name: 株式会社計算, registration_number: T7000012050002}
        accounts: [{id: acme, name: NAME}]
        """

    private func apply(_ name: String) throws -> [String] {
        let service = LedgerService(store: try LedgerStore(path: ":memory:"))
        let declaration = try SetUpFileReader.declaration(in: Self.setUp.replacing("NAME", with: name))
        return try service.apply(declaration, by: Author(who: "test")).changes
    }

    @Test(arguments: ["髙﨑𠮷野家電", "株式会社ｱｸﾒ ①Ⅲ㈱", "辻󠄀商店", "Société Générale", "Ωмега", "ACME"])
    func namesOfRealCustomersAreTaken(_ name: String) throws {
        #expect(try apply(name).contains { $0.contains(name) })
    }

    @Test(arguments: ["株式会社😀", "شركة", "주식회사", "Acme🏳️‍🌈"])
    func namesThatNoFontHasAreRefused(_ name: String) throws {
        #expect {
            _ = try apply(name)
        } throws: { error in
            "\(error)".contains("line 2: account 'acme': name has '") && "\(error)".contains("no font")
        }
    }
}
