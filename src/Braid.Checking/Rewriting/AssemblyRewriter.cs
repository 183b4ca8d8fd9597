using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Braid.Checking.Rewriting;

/// <summary>Rewrites an assembly so that its calls of .NET's concurrency and its memory accesses go to the hooks.</summary>
/// <remarks>
/// <para>Nothing on disk changes. The assembly keeps its name, so whatever is loaded beside it binds to the rewritten one.</para>
/// <para>
/// The rewriter redirects calls, constructions and delegates of hooked members (<see cref="MethodRewriter"/>); reads and writes fields,
/// statics and elements through hooks; keeps catch blocks from catching the end of a run; makes loops stoppable; turns the lock of
/// synchronized methods into statements; empties finalizers (<see cref="Finalizers"/>); gives pooled async methods a task for each call
/// (<see cref="PooledMethods"/>); and makes statics resettable (<see cref="StaticsRewriter"/>).
/// </para>
/// <para>
/// A method that cannot be rewritten stays as it is. To undo what was already done to it, the assembly is rewritten once more without it.
/// </para>
/// </remarks>
internal sealed class AssemblyRewriter(IAssemblyResolver resolver)
{
    /// <summary>Reads the assembly and returns the rewritten one, with symbols if there are any.</summary>
    /// <param name="path">The assembly's file.</param>
    /// <param name="isFramework">Whether it is one of .NET's own.</param>
    /// <param name="isPackage">Whether it belongs to a package: see <see cref="Packages"/>.</param>
    /// <param name="refused">Methods to leave as they are, by token.</param>
    public RewrittenAssembly Rewrite(string path, bool isFramework, bool isPackage, IReadOnlyDictionary<int, LeftMethod> refused)
    {
        Dictionary<int, LeftMethod> left = new(refused);
        int known;
        RewrittenAssembly rewritten;
        do
        {
            known = left.Count;
            rewritten = RewriteAllBut(left, path, isFramework, isPackage);
        }
        while (left.Count > known);
        return rewritten;
    }

    /// <summary>
    /// Adds methods that turn out to be impossible to rewrite to <paramref name="left"/>; the result must not be used then.
    /// </summary>
    private RewrittenAssembly RewriteAllBut(Dictionary<int, LeftMethod> left, string path, bool isFramework, bool isPackage)
    {
        bool symbols = !isFramework && File.Exists(Path.ChangeExtension(path, ".pdb"));
        var parameters = new ReaderParameters { AssemblyResolver = resolver, InMemory = true, ReadSymbols = symbols };
        using ModuleDefinition module = ModuleDefinition.ReadModule(path, parameters);
        PooledMethods.Replace(module);
        var context = new ModuleContext(module, path, isFramework, isPackage);
        List<TypeDefinition> types = [.. module.GetAllTypes()];
        foreach (MethodDefinition method in types.SelectMany(static type => type.Methods))
        {
            context.Originals.Add(method, method.MetadataToken.ToInt32());
        }

        types.RemoveAll(static type => type.Name.StartsWith("<PrivateImplementationDetails>", StringComparison.Ordinal));
        types.ForEach(type => RewriteMethods(type, context, left));

        // Only now: it makes readonly statics writable, and accesses of those are left alone.
        types.ForEach(type => RewriteStatics(type, context, left));

        GrantAccessToHooks(module);

        // A framework assembly holds native code as well; what is written here is code for any processor.
        module.Attributes = ModuleAttributes.ILOnly;
        module.Architecture = TargetArchitecture.I386;
        using var image = new MemoryStream();
        using var pdb = new MemoryStream();
        module.Write(image, symbols
            ? new WriterParameters { WriteSymbols = true, SymbolStream = pdb, SymbolWriterProvider = new PortablePdbWriterProvider() }
            : new WriterParameters());
        return new RewrittenAssembly(image.ToArray(), symbols ? pdb.ToArray() : null, Originals(context), left);
    }

    private static void RewriteMethods(TypeDefinition type, ModuleContext context, Dictionary<int, LeftMethod> left)
    {
        foreach (MethodDefinition method in type.Methods.Where(static method => method.HasBody).ToList())
        {
            Action rewrite = Finalizers.IsFinalizer(method) || Finalizers.AwaitsFinalizers(method)
                ? () => Finalizers.Empty(method)
                : new MethodRewriter(method, context).Rewrite;
            Try(method.MetadataToken.ToInt32(), MethodNames.Of(method), left, rewrite);
        }
    }

    private static void RewriteStatics(TypeDefinition type, ModuleContext context, Dictionary<int, LeftMethod> left)
    {
        MethodDefinition? constructor = StaticsRewriter.ConstructorOf(type);
        int token = (constructor?.MetadataToken ?? type.MetadataToken).ToInt32();
        Try(token, $"{MethodNames.Plain(type.Name)}'s static constructor", left, () => StaticsRewriter.Rewrite(type, context, token));
    }

    private static void Try(int token, string name, Dictionary<int, LeftMethod> left, Action rewrite)
    {
        if (left.ContainsKey(token))
        {
            return;
        }

        try
        {
            rewrite();
        }
        catch (Exception e)
        {
            // Whatever the failure is, the rest of the assembly can do without this method.
            left.Add(token, new LeftMethod(name, e.Message));
        }
    }

    /// <summary>For each row of the written method table, the original's token.</summary>
    private static int[] Originals(ModuleContext context)
    {
        int[] originals = new int[context.Originals.Keys.Max(static method => (uint?)method.MetadataToken.RID) ?? 0];
        foreach ((MethodDefinition method, int token) in context.Originals)
        {
            originals[method.MetadataToken.RID - 1] = token;
        }

        return originals;
    }

    /// <summary>
    /// The hooks are internal; .NET grants access to any assembly with this attribute, which .NET itself does not define.
    /// </summary>
    private static void GrantAccessToHooks(ModuleDefinition module)
    {
        var attribute = new TypeDefinition(
            "System.Runtime.CompilerServices",
            "IgnoresAccessChecksToAttribute",
            TypeAttributes.NotPublic | TypeAttributes.Sealed,
            module.ImportReference(typeof(Attribute)));
        var constructor = new MethodDefinition(
            ".ctor",
            MethodAttributes.Public | MethodAttributes.HideBySig | MethodAttributes.SpecialName | MethodAttributes.RTSpecialName,
            module.TypeSystem.Void);
        constructor.Parameters.Add(new ParameterDefinition("assemblyName", ParameterAttributes.None, module.TypeSystem.String));
        ILProcessor body = constructor.Body.GetILProcessor();
        body.Emit(OpCodes.Ldarg_0);
        body.Emit(OpCodes.Call, module.ImportReference(typeof(Attribute).GetConstructor(
            System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic, Type.EmptyTypes)));
        body.Emit(OpCodes.Ret);
        attribute.Methods.Add(constructor);
        module.Types.Add(attribute);
        var use = new CustomAttribute(constructor);
        use.ConstructorArguments.Add(
            new CustomAttributeArgument(module.TypeSystem.String, typeof(AssemblyRewriter).Assembly.GetName().Name));
        module.Assembly.CustomAttributes.Add(use);
    }
}
