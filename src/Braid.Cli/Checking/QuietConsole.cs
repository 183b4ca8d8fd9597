namespace Braid.Cli;

/// <summary>
/// Discards everything written to the console. The checker captures what a program writes; this is for libraries that it does not rewrite,
/// which would write thousands of times.
/// </summary>
internal sealed class QuietConsole : IDisposable
{
    private readonly TextWriter _output = Console.Out;
    private readonly TextWriter _error = Console.Error;

    public QuietConsole()
    {
        Console.SetOut(TextWriter.Null);
        Console.SetError(TextWriter.Null);
    }

    public void Dispose()
    {
        Console.SetOut(_output);
        Console.SetError(_error);
    }
}
