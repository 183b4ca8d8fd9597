using System.Collections.Concurrent;
using System.Reflection;

namespace Braid.Multiprocessing;

/// <summary>Finds the assemblies that names mention, by the module version id: the mark of one build.</summary>
internal static class Modules
{
    private static readonly ConcurrentDictionary<Guid, Module> s_modules = new();

    /// <summary>The module; null when it is not loaded and may not be.</summary>
    /// <exception cref="PayloadException">It cannot be found, or what is found is another build.</exception>
    public static Module? Find(Guid version, string assemblyName, bool mayLoad)
    {
        if (s_modules.TryGetValue(version, out Module? known))
        {
            return known;
        }

        Module? loaded = AppDomain.CurrentDomain.GetAssemblies().Where(assembly => !assembly.IsDynamic).Select(assembly => assembly.ManifestModule)
            .FirstOrDefault(module => module.ModuleVersionId == version && Origin.WhyUnreachable(module) is null);
        if (loaded is null && !mayLoad)
        {
            return null;
        }

        Module module = loaded ?? Load(assemblyName).ManifestModule;
        return module.ModuleVersionId == version ? s_modules.GetOrAdd(version, module) : throw new PayloadException(
            $"The two processes run different builds of {module.Assembly.GetName().Name}: {version} there, {module.ModuleVersionId} here. Its file was replaced while the program ran; start the program anew.");
    }

    private static Assembly Load(string name)
    {
        try
        {
            return Assembly.Load(new AssemblyName(name));
        }
        catch (Exception exception) when (exception is IOException or BadImageFormatException or ArgumentException)
        {
            throw new PayloadException($"The assembly {name} cannot be loaded here, and a type or method of it has arrived: {exception.Message}", exception);
        }
    }
}
