namespace Braid.Cli;

/// <summary>Nothing that is written to the console comes through. The checker keeps what a program writes; this is for libraries that it does not look into, which would write thousands of times.</summary>
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
