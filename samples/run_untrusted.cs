#:project ../src/Braid/Braid.csproj
#:package Microsoft.CodeAnalysis.CSharp
#:package Spectre.Console

// Scripts of strangers, compiled and run where they can touch only what they are given. A table says what became of each.
//   dotnet run samples/run_untrusted.cs                 the scripts below
//   dotnet run samples/run_untrusted.cs -- FILE...      your own: each the body of a function that returns something
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Spectre.Console;

(string Name, string Code, string Expected)[] scripts = args.Length > 0
    ? [.. args.Select(static file => (file, File.ReadAllText(file), ""))]
    :
    [
        ("computes", "return Enumerable.Range(1, 20).Sum();", "answered: 210"),
        ("has an error", "return 1 +;", "threw"),
        ("reads /etc/passwd", """return File.ReadAllText("/etc/passwd");""", "refused"),
        ("calls out", """return new TcpClient("192.0.2.1", 80).Connected;""", "refused"),
        ("starts a program", """return System.Diagnostics.Process.Start("/bin/true").Id;""", "refused"),
        ("kills its parent", """
            string parent = File.ReadAllText("/proc/self/stat").Split(") ")[1].Split(' ')[1];
            System.Diagnostics.Process.GetProcessById(int.Parse(parent)).Kill();
            return parent;
            """, "refused"),
        ("writes a large file", """
            string file = Path.Combine(Path.GetTempPath(), "large");
            File.WriteAllBytes(file, new byte[50_000_000]);
            return file;
            """, "stopped"),
        ("eats memory", """
            for (var eaten = new List<byte[]>(); ; eaten.Add(new byte[1_000_000]))
            {
                eaten.ForEach(block => block[^1]++);
            }
            """, "stopped"),
        ("spins", "while (true) { }", "stopped"),
        ("crashes", """Environment.FailFast("on purpose"); return 0;""", "stopped"),
    ];

var options = new Futures.ProcessPoolOptions
{
    MaxTasksPerChild = 1,                          // no script finds what another has left
    TaskTimeout = TimeSpan.FromSeconds(10),
    MemoryLimit = 500_000_000,
    Output = (line, isError) => { },
    Sandbox = Multiprocessing.Sandbox.Strict with { TemporaryFolder = true, FileBytes = 10_000_000 },
};

Console.WriteLine($"In the sandbox a script can do this: {options.Sandbox}.");
using var pool = new Futures.ProcessPoolExecutor(options);
Futures.Future<string>[] runs = [.. scripts.Select(script => pool.Submit(() => Script.Run(script.Code)))];
var table = new Table().AddColumns("the script", "what became of it");
bool isRight = true;
for (int at = 0; at < scripts.Length; at++)
{
    string outcome = Outcome(runs[at]);
    table.AddRow(Markup.Escape(scripts[at].Name), Markup.Escape(outcome));
    isRight &= outcome.StartsWith(scripts[at].Expected, StringComparison.Ordinal);
}

AnsiConsole.Write(table);
Console.WriteLine(isRight ? "Every script has the outcome it should have." : "Some script has another outcome than it should have.");
return isRight ? 0 : 1;

static string Outcome(Futures.Future<string> run) => run.Exception() switch
{
    null => $"answered: {run.Result()}",
    Multiprocessing.TaskTimeoutException late => $"stopped after {late.Worker.Duration.TotalSeconds:f0} s",
    Multiprocessing.MemoryLimitException greedy => $"stopped: it needed more than {greedy.Limit / 1_000_000} MB",
    Multiprocessing.WorkerCrashedException crash => $"stopped: signal {crash.Worker.Signal}",
    Exception failure when failure.GetBaseException() is Multiprocessing.SandboxException => $"refused: {failure.Message}",
    IOException or ArgumentOutOfRangeException => $"stopped: {run.Exception()!.Message}",
    Exception failure => $"threw: {failure.Message}",
};

internal static class Script
{
    private const string Head = """
        using System; using System.Collections.Generic; using System.IO; using System.Linq; using System.Net.Sockets;
        using System.Runtime.InteropServices; using System.Text;
        public static class Program { public static object Run() {
        #line 1
        """;

    /// <summary>Compiles a script and runs it: in the sandbox, like everything that handles what a stranger has written.</summary>
    public static string Run(string code)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText($"{Head}\n{code}\n}} }}");
        IEnumerable<MetadataReference> libraries = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':')
            .Where(static file => Path.GetFileName(file).StartsWith("System.", StringComparison.Ordinal))
            .Select(static file => MetadataReference.CreateFromFile(file));
        var compilation = CSharpCompilation.Create(
            "Script", [tree], libraries, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        using var compiled = new MemoryStream();
        if (compilation.Emit(compiled).Diagnostics.FirstOrDefault(static one => one.Severity == DiagnosticSeverity.Error) is { } error)
        {
            throw new InvalidOperationException(error.ToString());
        }

        MethodInfo run = Assembly.Load(compiled.ToArray()).GetType("Program")!.GetMethod("Run")!;
        return run.CreateDelegate<Func<object>>()()?.ToString() ?? "nothing";
    }
}
