import Foundation
import Schema
import Service
import Testing

@testable import API

@Suite struct ContractTests {
    /// Operations of the document whose routes are still on their way. Whoever adds a route takes its line away.
    private static func pending() throws -> Set<String> {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: tests.appending(path: "Contract/pending.txt"), encoding: .utf8)
        return Set(
            text.split(separator: "\n").filter { !$0.hasPrefix("#") }.flatMap { line in
                let words = line.split(separator: " ")
                return words.dropFirst().map { "\($0) \(words[0])" }
            })
    }

    @Test func everyRouteStandsInTheDocument() throws {
        let documented = Set(try Contract.ofDocument().roles.keys)
        let unknown = Set(Contract.ofRoutes().roles.keys).subtracting(documented)
        #expect(unknown.isEmpty, "add to schema/openapi.yaml: \(unknown.sorted())")
    }

    @Test func everyOperationOfTheDocumentHasARoute() throws {
        let missing = Set(try Contract.ofDocument().roles.keys).subtracting(Contract.ofRoutes().roles.keys)
        let pending = try Self.pending()
        let forgotten = missing.subtracting(pending).sorted(), landed = pending.subtracting(missing).sorted()
        #expect(forgotten.isEmpty, "these have no route: \(forgotten)")
        #expect(landed.isEmpty, "these have a route now; take them out of Tests/Contract/pending.txt: \(landed)")
    }

    @Test func routeAndDocumentNameTheSameRoles() throws {
        let document = try Contract.ofDocument().roles
        for (operation, roles) in Contract.ofRoutes().roles {
            guard let written = document[operation] else { continue }
            #expect(
                roles == written, "\(operation): the route lets \(roles.sorted()), the document \(written.sorted())")
        }
    }

    @Test func noRouteStandsTwice() {
        #expect(Contract.ofRoutes().roles.count == RouteTable.all.count)
    }

    @Test func aDifferenceIsFound() throws {
        let extra = Route(.get, "/nowhere/", for: .open) { _ in .noContent }
        let routes = Contract.ofRoutes(RouteTable.all + [extra]).roles
        #expect(Set(routes.keys).subtracting(try Contract.ofDocument().roles.keys) == ["GET /nowhere"])
    }
}
