import ContainerEngine
import Synchronization
import Testing

/// Images from real registries: open, private, and none.
@Suite(.enabled(if: RealEngine.isThere)) struct RealPullTests {
    private func code(
        _ image: String, _ login: RegistryLogin? = nil
    ) async throws -> (code: EngineError.Code?, message: String) {
        do {
            try await RealEngine.host().pull(image, login: login) { _ in }
            return (nil, "")
        } catch let error as EngineError {
            return (error.code, error.message)
        }
    }

    @Test func theEngineAnswers() async throws {
        try await RealEngine.host().ping()
    }

    @Test func anOpenImageComesAndSaysHow() async throws {
        let said = Mutex<[PullProgress]>([])
        try await RealEngine.host().pull(RealEngine.openImage, login: nil) { line in said.withLock { $0.append(line) } }
        #expect(said.withLock { !$0.isEmpty && $0.allSatisfy { !$0.status.isEmpty } })
    }

    @Test func anImageThatIsNotThereIsSaidSo() async throws {
        let missing = RealEngine.openImage.replacing("tiny", with: "nosuch")
        let (code, message) = try await code(missing)
        #expect(code == .imageNotFound && message.contains(missing))
    }

    @Test func aPrivateImageWantsTheRightLogin() async throws {
        let image = RealEngine.privateImage
        #expect(try await code(image).code == .unauthorized)
        var wrong = RealEngine.login
        wrong.password = "wrong-password"
        let (code, message) = try await code(image, wrong)
        #expect(code == .unauthorized && message.contains(image) && !message.contains("wrong-password"))
        #expect(try await self.code(image, RealEngine.login).code == nil)
        // It lies on the host now; that gives nobody else a right to it.
        #expect(try await self.code(image).code == .unauthorized)
    }

    @Test func manyAskOnce() async throws {
        let host = try RealEngine.host()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask { try await host.pull(RealEngine.openImage, login: nil) { _ in } }
            }
            try await group.waitForAll()
        }
    }
}
