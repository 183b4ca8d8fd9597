namespace Braid.Checking.Reports;

/// <summary>Stack traces without the checker's own frames.</summary>
internal static class StackText
{
    public static IEnumerable<string> ProgramFrames(string? trace) =>
        (trace ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => line.StartsWith("at ", StringComparison.Ordinal)
                && !line.Contains(" Braid.Checking.", StringComparison.Ordinal) &&
                !line.Contains(" System.Environment.get_StackTrace", StringComparison.Ordinal)
                    && !line.Contains(" System.Threading.", StringComparison.Ordinal)
                    && !line.Contains(" InvokeStub_", StringComparison.Ordinal)
                    && !line.Contains("Invoker.Invoke", StringComparison.Ordinal)
                    && !line.Contains(" System.Reflection.RuntimeMethodInfo.Invoke", StringComparison.Ordinal)
                    && !line.Contains(" System.Reflection.RuntimeConstructorInfo.Invoke", StringComparison.Ordinal));

    /// <summary>An exception and where the program threw it.</summary>
    public static string Of(Exception exception) =>
        string.Join(
            Environment.NewLine,
            [$"{exception.GetType()}: {exception.Message}", .. ProgramFrames(exception.StackTrace).Select(frame => $"  {frame}")]);
}
