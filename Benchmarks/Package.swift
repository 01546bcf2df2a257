// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "kanjo-benchmarks",
    dependencies: [.package(name: "kanjo", path: "..")],
    targets: [
        // For the rows that are put into a database without going through the log.
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .executableTarget(
            name: "kanjo-benchmarks", dependencies: ["CSQLite", .product(name: "KanjoStore", package: "kanjo")],
            swiftSettings: [.treatAllWarnings(as: .error)]),
    ]
)
