import Scheduling
import Testing

/// Which host an image comes from, as engines read its name.
@Suite struct ImageRegistryTests {
    @Test(arguments: [
        ("alpine", "docker.io"), ("alpine:3", "docker.io"), ("library/alpine", "docker.io"),
        ("docker.io/library/alpine", "docker.io"), ("index.docker.io/a/b", "docker.io"),
        ("registry-1.docker.io/a/b", "docker.io"), ("Registry.Example.com/a:1", "registry.example.com"),
        ("registry.example.com:443/a", "registry.example.com"),
        (
            "registry.example.com:5000/a@sha256:ab",
            "registry.example.com:5000"
        ),
        ("localhost/a", "localhost"), ("localhost:5000/a", "localhost:5000"),
        ("acme/registry.example.com/a", "docker.io"),
        ("[::1]:5000/a", "[::1]:5000"), ("registry.example.com", "docker.io"), ("a:5000", "docker.io"),
        ("GPU/a", "gpu"),
        ("registry.example.com.evil.example/a", "registry.example.com.evil.example"),
    ])
    func ofAnImage(image: String, host: String) { #expect(ImageRegistry(ofImage: image).description == host) }

    @Test func waysToWriteOneHostAreEqual() {
        #expect(ImageRegistry(host: "registry-1.docker.io") == ImageRegistry(ofImage: "me/private:1"))
        #expect(ImageRegistry(host: "REG.example:443") == ImageRegistry(ofImage: "reg.example/a"))
        #expect(ImageRegistry(host: "reg.example:5000") != ImageRegistry(ofImage: "reg.example/a"))
    }
}
