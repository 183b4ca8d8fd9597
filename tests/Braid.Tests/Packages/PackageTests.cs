using System.IO.Compression;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using System.Xml.Linq;

namespace Braid.Tests;

/// <summary>The packages as somebody gets them who has nothing else of Braid.</summary>
public sealed class PackageTests(PackedProduct product) : TimedTest(TimeSpan.FromMinutes(10)), IClassFixture<PackedProduct>
{
    private const string NotNative = "#:property PublishAot=false";   // the native compiler is a package, and there is no source of packages here but our own

    [Fact]
    public void The_solution_packs_the_library_and_the_tool_and_has_nothing_to_complain_about()
    {
        string[] packages = [.. Directory.GetFiles(product.Packages).Select(file => Path.GetFileName(file).Replace(product.Version, "VERSION", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        Assert.Equal([
            "Braid.Checking.VERSION.nupkg", "Braid.Checking.VERSION.snupkg", "Braid.Checking.Xunit.VERSION.nupkg", "Braid.Checking.Xunit.VERSION.snupkg", "Braid.Cli.VERSION.nupkg", "Braid.Cli.VERSION.snupkg", "Braid.Python.VERSION.nupkg", "Braid.Python.VERSION.snupkg", "Braid.VERSION.nupkg", "Braid.VERSION.snupkg"], packages);
        Assert.DoesNotContain("warning", product.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_package_has_what_a_reader_and_a_debugger_look_for()
    {
        using ZipArchive package = Open("Braid", "nupkg");
        string[] files = ["README.md", "analyzers/dotnet/cs/Braid.Analyzers.dll", "analyzers/dotnet/cs/Braid.CodeFixes.dll", "docs/analyzers.md", "buildTransitive/net10.0/Braid.props", "buildTransitive/net10.0/Braid.targets", "lib/net10.0/Braid.dll", "lib/net10.0/Braid.xml"];
        Assert.All(files, file => Assert.NotNull(package.GetEntry(file)));
        XElement described = XDocument.Parse(Text(package, "Braid.nuspec")).Root!.Elements().Single();
        Assert.All((string[])["description", "tags", "readme", "license"], name => Assert.NotEmpty(Value(described, name)));
        Assert.Equal("MIT", Value(described, "license"));
        Assert.DoesNotContain(described.Descendants(), static element => element.Name.LocalName == "dependency");
        using ZipArchive symbols = Open("Braid", "snupkg");
        Assert.NotNull(symbols.GetEntry("lib/net10.0/Braid.pdb"));
    }

    [Theory]
    [InlineData("Braid")]
    [InlineData("Braid.Checking")]
    [InlineData("Braid.Checking.Xunit")]
    [InlineData("Braid.Cli")]
    [InlineData("Braid.Python")]
    public void The_readme_of_a_package_has_no_link_that_leads_nowhere(string id)
    {
        using ZipArchive package = Open(id, "nupkg");
        Assert.Empty(PackageReadme.RelativeLinks(Text(package, "README.md")));
    }

    [Fact]
    public async Task A_fresh_project_runs_the_program_of_the_readme()
    {
        await product.Place("project", "project.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="Braid" Version="{product.Version}" /></ItemGroup>
            </Project>
            """);
        await product.Place("project", "Program.cs", PackageReadme.Program);
        await DotnetRun.Succeeds(["build", "--output", "built"], product.In("project"));
        Assert.Equal(PackageReadme.Output, await DotnetRun.Succeeds([Path.Combine("built", "project.dll")], product.In("project")));
    }

    [Fact]
    public async Task A_project_of_another_framework_is_refused_by_NuGet()
    {
        await product.Place("older", "older.csproj", Library("net8.0", Reference));
        (int code, string output, string _) = await DotnetRun.Of(["restore", "-p:DisableImplicitFrameworkReferences=true"], product.In("older"));
        Assert.NotEqual(0, code);
        Assert.Contains($"NU1202: Package Braid {product.Version} is not compatible with net8.0", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_a_project_that_names_the_package_gets_the_module_names()
    {
        await product.Place("names/library", "library.csproj", Library("net10.0", Reference));
        await product.Place("names/library", "Names.cs", "public static class Names { public static Threading.Lock Lock { get; } = new(); }");
        await product.Place("names/other", "other.csproj", Library("net10.0", "<ProjectReference Include=\"../library/library.csproj\" />"));
        await product.Place("names/other", "Threading.cs", "public static class Threading { public static object Of => Names.Lock; public static object Mine => Threading.Of; }");
        await DotnetRun.Succeeds(["build", "other"], product.In("names"));
    }

    [Fact]
    public async Task A_project_that_locks_a_lock_of_Braid_is_warned_and_nothing_else_is_said()
    {
        await product.Place("warned", "warned.csproj", Library("net10.0", Reference));
        await product.Place("warned", "Account.cs", "public sealed class Account { private readonly Threading.Lock _gate = new(); public void Add() { lock (_gate) { } } }");
        string output = await DotnetRun.Succeeds(["build", "-p:RunAnalyzers=true"], product.In("warned"));
        Assert.Contains("Account.cs(1,104): warning BRAID001: 'lock' takes the monitor of '_gate', not the Lock", output, StringComparison.Ordinal);
        Assert.Contains("1 Warning(s)", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_single_file_runs_the_program_of_the_readme_and_may_start_processes()
    {
        await product.Place("file", "app.cs", $"#:package Braid@{product.Version}\n{NotNative}\n{PackageReadme.Program}");
        Assert.Equal(PackageReadme.Output, await DotnetRun.Succeeds(["run", "app.cs"], product.In("file")));
        string settings = Assert.Single(Directory.GetFiles(product.Data, "app.runtimeconfig.json", SearchOption.AllDirectories));
        Assert.Contains("\"System.StartupHookProvider.IsSupported\": true", await File.ReadAllTextAsync(settings, Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_of_the_released_package_runs_on_the_image_of_its_machine_and_its_workers_do_too()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The images are for Linux.");
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(PackageCache, $"microsoft.netcore.app.crossgen2.{RuntimeInformation.RuntimeIdentifier}")),
            "The compiler of images is not among this machine's packages: dotnet restore src/Braid -p:CompileAhead=true");
        string version = $"{product.Version}-ahead";
        string released = Path.Combine(product.Folder, "ahead", "released");
        await product.Place("ahead", "nuget.config", "<configuration><packageSources><add key=\"released\" value=\"released\" /></packageSources></configuration>");
        await DotnetRun.Succeeds(
        [
            "pack", Path.Combine(Repository.Root, "src", "Braid"), "--no-build", "--configuration", product.Configuration,
            "-p:CompileAhead=true", $"-p:PackageVersion={version}", "--output", released,
        ]);
        using (ZipArchive package = ZipFile.OpenRead(Path.Combine(released, $"Braid.{version}.nupkg")))
        {
            Assert.True(IsImage(package, "runtimes/linux-x64/lib/net10.0/Braid.dll"));
            Assert.True(IsImage(package, "runtimes/linux-arm64/lib/net10.0/Braid.dll"));
            Assert.False(IsImage(package, "lib/net10.0/Braid.dll"));
        }

        await product.Place("ahead", "released.cs", $$"""
            #:package Braid@{{version}}
            {{NotNative}}
            static string Place() => Path.GetRelativePath(AppContext.BaseDirectory, typeof(Threading.Lock).Assembly.Location);
            Console.WriteLine(Place());
            Console.WriteLine(Multiprocessing.Process.Run(Place));
            """);
        string expected = Path.Combine("runtimes", RuntimeInformation.RuntimeIdentifier, "lib", "net10.0", "Braid.dll");
        Assert.Equal($"{expected}\n{expected}\n", await DotnetRun.Succeeds(["run", "released.cs"], product.In("ahead")));
    }

    [Fact]
    public async Task The_tool_installs_and_tells_about_the_machine()
    {
        Directory.CreateDirectory(Path.Combine(product.Folder, "tool"));
        await DotnetRun.Succeeds(["tool", "install", "Braid.Cli", "--version", product.Version, "--tool-path", "bin"], product.In("tool"));
        string braid = Path.Combine(product.Folder, "tool", "bin", OperatingSystem.IsWindows() ? "braid.exe" : "braid");
        (int code, string output, string error) = await DotnetRun.Of(braid, ["info"], product.In("tool"));
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith($"Braid           {product.Version}", output, StringComparison.Ordinal);
        Assert.Contains("\nworker process  started", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tool_checks_a_program_that_knows_nothing_of_it()
    {
        await product.Place("checking", "deadlock.cs", await File.ReadAllTextAsync(Path.Combine(Repository.Root, "samples", "checks", "deadlock.cs"), Cancellation));
        await DotnetRun.Succeeds(["tool", "install", "Braid.Cli", "--version", product.Version, "--tool-path", "bin"], product.In("checking"));
        string braid = Path.Combine(product.Folder, "checking", "bin", OperatingSystem.IsWindows() ? "braid.exe" : "braid");
        (int code, string output, string _) = await DotnetRun.Of(braid, ["check", "deadlock.cs"], product.In("checking"));
        Assert.Equal(1, code);
        Assert.StartsWith("deadlock: ", output, StringComparison.Ordinal);
    }

    private static string PackageCache =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static bool IsImage(ZipArchive package, string entry)
    {
        using var content = new MemoryStream();
        using (Stream stream = package.GetEntry(entry)!.Open())
        {
            stream.CopyTo(content);
        }

        content.Position = 0;
        using var image = new PEReader(content);
        return image.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;
    }

    private string Reference => $"<PackageReference Include=\"Braid\" Version=\"{product.Version}\" />";

    private static string Library(string framework, string reference) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup><TargetFramework>{framework}</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
          <ItemGroup>{reference}</ItemGroup>
        </Project>
        """;

    private ZipArchive Open(string id, string kind) => ZipFile.OpenRead(Path.Combine(product.Packages, $"{id}.{product.Version}.{kind}"));

    private static string Text(ZipArchive package, string file)
    {
        using var reader = new StreamReader(package.GetEntry(file)!.Open());
        return reader.ReadToEnd();
    }

    private static string Value(XElement parent, string name) => parent.Elements().Single(element => element.Name.LocalName == name).Value;
}
