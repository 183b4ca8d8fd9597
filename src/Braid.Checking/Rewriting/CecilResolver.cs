using System.Collections.Concurrent;
using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>Reads the assemblies that a rewritten one refers to, so that its references can be resolved.</summary>
/// <remarks>References into an assembly that cannot be found resolve to null: programs refer to much that they never use.</remarks>
internal sealed class CecilResolver(Func<AssemblyNameReference, string?> find) : IAssemblyResolver
{
    private readonly ConcurrentDictionary<string, AssemblyDefinition?> _read = new();

    public AssemblyDefinition? Resolve(AssemblyNameReference name) => Resolve(name, new ReaderParameters());

    public AssemblyDefinition? Resolve(AssemblyNameReference name, ReaderParameters parameters)
    {
        return _read.GetOrAdd(name.Name, _ => find(name) is { } path
            ? AssemblyDefinition.ReadAssembly(path, new ReaderParameters { AssemblyResolver = this, ReadingMode = ReadingMode.Deferred })
            : null);
    }

    public void Dispose()
    {
        foreach (AssemblyDefinition? assembly in _read.Values)
        {
            assembly?.Dispose();
        }
    }
}
