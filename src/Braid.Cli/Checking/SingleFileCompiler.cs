using System.Security.Cryptography;
using System.Text;
using Braid.Checking;

namespace Braid.Cli;

/// <summary>Compiles a single-file program with the SDK's compiler alone: about a second, while a build takes four or more.</summary>
/// <remarks>
/// The result is what <c>dotnet run FILE</c> produces for a program that references nothing, or only Braid: .NET's reference assemblies,
/// the implicit namespaces, the symbols of a debug build. What Directory.Build.props or an .editorconfig add is ignored. The compiler runs
/// as a process that ends. Its server would answer in a fifth of the time, but would stay behind for ten minutes, and the first call, which
/// starts it, is slower than one without.
/// </remarks>
internal sealed class SingleFileCompiler
{
    private static readonly string[] s_own = [typeof(Threading.Lock).Assembly.Location, typeof(CheckAttribute).Assembly.Location];

    private readonly string _compiler;
    private readonly string _references;
    private readonly ProgramCache _cache;

    private SingleFileCompiler(string compiler, string references, ProgramCache cache)
    {
        _compiler = compiler;
        _references = references;
        _cache = cache;
    }

    /// <returns>Null if there is no SDK beside this program's runtime.</returns>
    public static SingleFileCompiler? Find(ProgramCache cache) =>
        DotnetInstallation.FindCompiler() is { } compiler && DotnetInstallation.FindReferences() is { } references
            ? new SingleFileCompiler(compiler, references, cache)
            : null;

    /// <returns>The assembly's file.</returns>
    /// <exception cref="InputMistakeException">The program does not compile; the message is the compiler's.</exception>
    public string Compile(SourceFile source)
    {
        string name = Path.GetFileNameWithoutExtension(source.FullPath);
        string added = ImplicitSource.For(source);
        // The folder has a different name each time; with its path mapped, the result is the same to the last byte, and a replay string
        // fits it.
        string[] options =
        [
            "-nologo", "-nostdlib+", "-target:exe", "-langversion:latest", "-nullable:enable", "-unsafe+", "-features:FileBasedProgram",
            "-debug:portable", "-optimize-", "-deterministic+", "-utf8output", $"-define:{Symbols()}",
        ];
        return _cache.GetOrAdd(KeyOf(source, added, options), $"{name}.dll", folder =>
        {
            string addedFile = Path.Combine(folder, "Implicit.g.cs");
            string answers = Path.Combine(folder, "compile.rsp");
            File.WriteAllText(addedFile, added);
            File.WriteAllLines(answers,
            [
                .. options, $"-pathmap:\"{folder}\"=.", $"-out:\"{Path.Combine(folder, $"{name}.dll")}\"", $"\"{source.FullPath}\"",
                $"\"{addedFile}\"",
                .. Directory.EnumerateFiles(_references, "*.dll").Concat(s_own).Select(static file => $"-reference:\"{file}\""),
            ]);
            (int code, string output) = ChildProcess.Run(DotnetInstallation.Host, ["exec", _compiler, "-noconfig", $"@{answers}"]);
            if (code != 0)
            {
                throw new InputMistakeException(
                    $"{Path.GetFileName(source.FullPath)} does not compile:{Environment.NewLine}{output.TrimEnd()}{HintAt(source)}");
            }

            if (source.UsesBraid)
            {
                CopyBraid(folder);
            }
        });
    }

    /// <summary>The assemblies next to a program are checked with it; those that only this process has loaded are not.</summary>
    private static void CopyBraid(string folder)
    {
        string library = typeof(Threading.Lock).Assembly.Location;
        foreach (string file in new[] { library, Path.ChangeExtension(library, "pdb") }.Where(File.Exists))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }

    private static string Symbols()
    {
        IEnumerable<string> versions = Enumerable.Range(5, Environment.Version.Major - 4)
            .Select(static version => $"NET{version}_0_OR_GREATER");
        return string.Join(';', ["DEBUG", "TRACE", "NET", $"NET{Environment.Version.Major}_0", "NETCOREAPP", .. versions]);
    }

    /// <summary>A key of everything the result depends on. The path is part of it, since the symbols contain it.</summary>
    private string KeyOf(SourceFile source, string added, string[] options)
    {
        IEnumerable<string> versions = s_own.Append(_compiler).Select(static file => $"{file} {File.GetLastWriteTimeUtc(file).Ticks}");
        string all = string.Join('\0', [source.FullPath, source.Text, added, _references, .. options, .. versions]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..32];
    }

    private static string HintAt(SourceFile source)
    {
        for (DirectoryInfo? folder = new FileInfo(source.FullPath).Directory; folder is not null; folder = folder.Parent)
        {
            string props = Path.Combine(folder.FullName, "Directory.Build.props");
            if (File.Exists(props))
            {
                return $"{Environment.NewLine}What {props} adds is not used here. If the program needs it, build it with 'dotnet build " +
                    $"{Path.GetFileName(source.FullPath)}' and check the .dll.";
            }
        }

        return "";
    }
}
