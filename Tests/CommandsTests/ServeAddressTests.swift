import Glibc
import TestSupport
import Testing

/// A server that can't have its address says so, and how it ends tells whether a later try may help.
@Suite(.timeLimit(.minutes(2))) struct ServeAddressTests {
    @Test func aPortInUseIsNamed() async throws {
        let one = TestFolder(), other = TestFolder()
        let server = try await ServerProcess(one)
        let second = await other.process("serve", "--port", "\(server.port)")
        #expect(second.status == 75, "\(second.diagnostics)")
        #expect(
            second.diagnostics.contains("port \(server.port) of 127.0.0.1 is in use; choose another (server.port)"),
            "\(second.diagnostics)")
        #expect(second.diagnostics.hasSuffix("[address_in_use]\n"), "\(second.diagnostics)")
        // It runs, and its configuration is right all the same.
        #expect(await other.process("serve", "--port", "\(server.port)", "--check-config").status == 0)
        #expect(await server.terminate().status == 0)
        #expect(await other.process("verify").status == 0)
    }

    @Test func anAddressThatIsNotOursIsAWrongConfiguration() async {
        let folder = TestFolder()
        for host in ["nohost.invalid", "192.0.2.1"] {
            let run = await folder.process("serve", "--port", "0", "--host", host)
            #expect(run.status == 78, "\(run.diagnostics)")
            #expect(run.diagnostics.contains("server.host: '\(host)' is no address"), "\(run.diagnostics)")
        }
        #expect(!folder.files.contains("kanjo.db"))
    }
}
