using System.Collections.Concurrent;
using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>Reads the assemblies that a rewritten one refers to, to see what its references mean.</summary>
internal sealed class CecilResolver(Func<AssemblyNameReference, string?> find) : IAssemblyResolver
{
    private readonly ConcurrentDictionary<string, AssemblyDefinition> _read = new();

    public AssemblyDefinition Resolve(AssemblyNameReference name) => Resolve(name, new ReaderParameters());

    public AssemblyDefinition Resolve(AssemblyNameReference name, ReaderParameters parameters)
    {
        return _read.GetOrAdd(name.Name, _ => find(name) is { } path
            ? AssemblyDefinition.ReadAssembly(path, new ReaderParameters { AssemblyResolver = this, ReadingMode = ReadingMode.Deferred })
            : throw new AssemblyResolutionException(name));
    }

    public void Dispose()
    {
        foreach (AssemblyDefinition assembly in _read.Values)
        {
            assembly.Dispose();
        }
    }
}
