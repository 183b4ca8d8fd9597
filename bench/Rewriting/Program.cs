using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Braid.Checking.Rewriting;

// Rewrites assemblies, lets .NET compile every method of the results, and names those that it takes only as they were.
// Without arguments: all packages that this project refers to, and all of .NET's own assemblies but its core. Arguments: files or folders.
string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
string[] roots = args.Length > 0 ? args : [AppContext.BaseDirectory, framework];
IEnumerable<string> files = roots
    .SelectMany(static root => Directory.Exists(root) ? Directory.GetFiles(root, "*.dll").Order(StringComparer.Ordinal) : Enumerable.Repeat(root, 1))
    .Where(static file => Path.GetFileName(file) is not ("System.Private.CoreLib.dll" or "Braid.Checking.dll" or "Mono.Cecil.dll" or "Mono.Cecil.Pdb.dll" or "Mono.Cecil.Mdb.dll" or "Mono.Cecil.Rocks.dll" or "Rewriting.dll"));
var watch = Stopwatch.StartNew();
int assemblies = 0;
int methods = 0;
int failed = 0;
foreach (string file in files)
{
    try
    {
        AssemblyName.GetAssemblyName(file);
    }
    catch (BadImageFormatException)
    {
        continue;   // native
    }

    var context = new SubjectContext(file);
    (int compiled, IReadOnlyDictionary<int, LeftMethod> refused) = context.SurveySubject();
    assemblies += compiled > 0 ? 1 : 0;
    methods += compiled;
    failed += refused.Count;
    foreach (LeftMethod left in refused.Values)
    {
        Console.WriteLine($"{Path.GetFileName(file)}: {left.Name}: {left.Reason}");
    }
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{assemblies:n0} assemblies, {methods:n0} methods, {failed:n0} refused, {watch.Elapsed.TotalSeconds:n1} s"));
return failed == 0 ? 0 : 1;
