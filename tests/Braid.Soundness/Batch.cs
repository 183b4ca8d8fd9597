using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace Braid.Soundness;

/// <summary>Programs compiled into one assembly on disk, where the checker reads it as any other.</summary>
internal sealed class Batch : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("braid-soundness-").FullName;
    private readonly Assembly _assembly;
    private readonly SourceText _source;

    public Batch(IReadOnlyList<SmallProgram> programs)
    {
        _source = SourceText.Of(programs);
        string name = $"Programs{Guid.NewGuid():N}";
        string path = Path.Combine(_folder, $"{name}.dll");
        var compilation = CSharpCompilation.Create(
            name,
            [CSharpSyntaxTree.ParseText(_source.ToString(), path: Path.Combine(_folder, "Programs.cs"), encoding: System.Text.Encoding.UTF8)],
            References(),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
        using (FileStream image = File.Create(path))
        {
            EmitResult result = compilation.Emit(image, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.Embedded));
            if (!result.Success)
            {
                throw new InvalidOperationException($"The programs do not compile: {string.Join(Environment.NewLine, result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Take(5))}");
            }
        }

        // Beside the programs, so that the checker looks into it.
        File.Copy(typeof(Threading.Lock).Assembly.Location, Path.Combine(_folder, "Braid.dll"));
        _assembly = Assembly.LoadFrom(path);
    }

    /// <summary>The method that is checked.</summary>
    public MethodInfo BodyOf(SmallProgram program) => _assembly.GetType(program.Name, throwOnError: true)!.GetMethod("Run")!;

    /// <summary>The operation on a line, if there is one.</summary>
    public Op? OpAt(SmallProgram program, int line) => _source.OpsByLine.TryGetValue(line, out (SmallProgram Program, Op Op) at) && at.Program == program ? at.Op : null;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static MetadataReference[] References() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Append(typeof(Threading.Lock).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];
}
