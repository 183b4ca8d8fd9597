namespace Braid.Cli;

/// <summary>The FILE argument of a command: an assembly, or a source from which one is built.</summary>
internal static class InputFile
{
    /// <param name="file">The file as the user named it.</param>
    /// <param name="cache">Where compiled programs are kept; null for the user's cache.</param>
    /// <returns>The assembly's file, built if necessary.</returns>
    /// <exception cref="InputMistakeException">The file does not exist, is of another kind, or cannot be built.</exception>
    public static string ToAssembly(string file, ProgramCache? cache = null)
    {
        string path = Path.GetFullPath(file);
        if (Directory.Exists(path))
        {
            throw new InputMistakeException($"{file} is a folder. Give a .dll, a .csproj or a .cs file.");
        }

        if (!File.Exists(path))
        {
            throw new InputMistakeException($"There is no file {path}.");
        }

        try
        {
            return Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".dll" => path,
                ".csproj" => ProjectBuild.Run(path),
                ".cs" => Compile(path, cache),
                ".exe" => throw new InputMistakeException($"{file} only starts a program. Give the .dll beside it."),
                _ => throw new InputMistakeException($"{file} is no .dll, .csproj or .cs file."),
            };
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new InputMistakeException($"{file} cannot be read or compiled: {refusal.Message}");
        }
    }

    private static string Compile(string path, ProgramCache? cache)
    {
        var source = new SourceFile(path);
        return !source.NeedsBuild && SingleFileCompiler.Find(cache ?? ProgramCache.OfUser()) is { } compiler
            ? compiler.Compile(source)
            : ProjectBuild.Run(path);
    }
}
