using System.Diagnostics;
using System.Reflection;

namespace Braid.Tests;

/// <summary>The packages, made from what the build of these tests has built, and an empty place outside the repository in which to use them.</summary>
/// <remarks>The packages here are the only ones that restoring finds, and it keeps its copies here too, so that nothing older is used and nothing stays behind.</remarks>
public sealed class PackedProduct : IAsyncLifetime
{
    /// <summary>The configuration of what is packed.</summary>
    public string Configuration { get; } = typeof(PackedProduct).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    /// <summary>Where everything lies.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("braid-packages-").FullName;

    /// <summary>Where the SDK keeps what it builds of single-file programs.</summary>
    public string Data => Path.Combine(Folder, "data");

    /// <summary>Where the packages lie.</summary>
    public string Packages => Path.Combine(Folder, "packages");

    /// <summary>What packing has written.</summary>
    public string Output { get; private set; } = "";

    /// <summary>The version of the packages.</summary>
    public string Version { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(
            Path.Combine(Folder, "nuget.config"),
            "<configuration><packageSources><clear /><add key=\"packed\" value=\"packages\" /></packageSources></configuration>");
        Output = await DotnetRun.Succeeds(["pack", Path.Combine(Repository.Root, "Braid.slnx"), "--no-build", "--configuration", Configuration, "--output", Packages]);
        Version = Path.GetFileNameWithoutExtension(Assert.Single(Directory.GetFiles(Packages, "Braid.Cli.*.nupkg")))["Braid.Cli.".Length..];
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Makes a folder with one file in it.</summary>
    public async Task<string> Place(string folder, string file, string text)
    {
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, folder)).FullName, file);
        await File.WriteAllTextAsync(path, text);
        return path;
    }

    /// <summary>Lets a command work in a folder made before, keep its files here, and leave no server running.</summary>
    public Action<ProcessStartInfo> In(string folder) => start =>
    {
        start.WorkingDirectory = Path.Combine(Folder, folder);
        start.Environment["NUGET_PACKAGES"] = Path.Combine(Folder, "cache");
        start.Environment["XDG_DATA_HOME"] = Data;
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["RunAnalyzers"] = "false";
    };
}
