namespace Braid.Cli;

/// <summary>The FILE of a command: an assembly, or what one is made from.</summary>
internal static class InputFile
{
    /// <param name="file">What was given.</param>
    /// <param name="cache">Where compiled programs are kept; the user's when null.</param>
    /// <returns>The assembly's file, built if need be.</returns>
    /// <exception cref="InputMistakeException">There is no such file, it is of another kind, or it cannot be built.</exception>
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
        return !source.NeedsBuild && SingleFileCompiler.Find(cache ?? ProgramCache.OfUser()) is { } compiler ? compiler.Compile(source) : ProjectBuild.Run(path);
    }
}
