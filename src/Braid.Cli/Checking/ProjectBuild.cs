namespace Braid.Cli;

/// <summary>Builds a project, or a program in one file that needs packages, as <c>dotnet build</c> does.</summary>
internal static class ProjectBuild
{
    /// <returns>The assembly's file.</returns>
    /// <exception cref="InputMistakeException">It cannot be built; the message is what the build printed.</exception>
    public static string Run(string project)
    {
        string answer = Path.GetTempFileName();
        try
        {
            string[] arguments =
            [
                "build", project, "-nologo", "-verbosity:quiet", "-target:Build", "-getProperty:TargetPath",
                $"-getResultOutputFile:{answer}",
            ];
            (int code, string output) = ChildProcess.Run(DotnetInstallation.Host, arguments);
            if (code != 0)
            {
                throw new InputMistakeException($"{Path.GetFileName(project)} cannot be built:{Environment.NewLine}{output.TrimEnd()}");
            }

            string file = File.ReadAllText(answer).Trim();
            return File.Exists(file) ? file : throw new InputMistakeException(
                $"{Path.GetFileName(project)} was built, but does not say into which file. If it is built for several frameworks, give " +
                "the .dll of one of them.");
        }
        finally
        {
            File.Delete(answer);
        }
    }
}
