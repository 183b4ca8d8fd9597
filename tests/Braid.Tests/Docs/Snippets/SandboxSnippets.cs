namespace Braid.Tests;

/// <summary>The blocks of docs/sandbox.md.</summary>
internal static class SandboxSnippets
{
    [Prints("0", InSandbox = true)]
    public static void SandboxedCall()
    {
        #region sandboxed call
        string input = Path.GetTempFileName();
        Multiprocessing.Sandbox sandbox = Multiprocessing.Sandbox.Strict.WithRead(input) with
        {
            TemporaryFolder = true,
            ProcessorTime = TimeSpan.FromSeconds(10),
        };
        int length = Multiprocessing.Process.Run(
            static file => File.ReadAllText(file).Length, input, TimeSpan.FromSeconds(20), memoryLimit: 300_000_000, sandbox: sandbox);
        Console.WriteLine(length);
        #endregion
    }
}
