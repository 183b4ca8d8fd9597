namespace Braid.Cli;

/// <summary>Nothing that is written to the console comes through: a program is run thousands of times, and would write as often.</summary>
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
