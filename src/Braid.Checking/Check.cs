using System.Reflection;

namespace Braid.Checking;

/// <summary>Runs code under many thread interleavings, one thread at a time, and looks for the one that goes wrong.</summary>
public static class Check
{
    /// <summary>Searches, and throws when something was found.</summary>
    /// <param name="body">What to check. Its assembly, and those it uses, are loaded a second time, rewritten; in that copy its method is called once for each schedule.</param>
    /// <param name="options">How far and how to search; null for the defaults.</param>
    /// <returns>The report of a check that passed.</returns>
    /// <exception cref="CheckFailedException">A fault was found; the message shows it.</exception>
    /// <exception cref="ArgumentException">The body captures something that cannot be carried over, or an option is out of its range.</exception>
    public static CheckReport Run(Action body, CheckOptions? options = null)
    {
        CheckReport report = Explore(body, options);
        return report.Failed ? throw new CheckFailedException(report) : report;
    }

    /// <summary>Searches, and returns what was found.</summary>
    /// <inheritdoc cref="Run"/>
    public static CheckReport Explore(Action body, CheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        throw new NotImplementedException();
    }

    /// <summary>Searches with a static method as the body.</summary>
    /// <param name="method">A static method without parameters, or a program's entry point. It is only named by this: its assembly is read from its file and loaded again, rewritten.</param>
    /// <param name="options">How far and how to search; null for the defaults.</param>
    public static CheckReport Explore(MethodInfo method, CheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(method);
        throw new NotImplementedException();
    }
}
