namespace Braid.Multiprocessing;

/// <summary>Names of types as a reader of the program knows them.</summary>
internal static class TypeText
{
    public static string Of(Type type)
    {
        if (type.IsArray)
        {
            return $"{Of(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        }

        if (type.IsGenericParameter || type.IsPointer || type.IsByRef || type.IsFunctionPointer)
        {
            return type.ToString();
        }

        Type[] arguments = type.GetGenericArguments();
        string name = (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName ?? type.Name;
        string plain = string.Join('.', name.Split('+').Select(part => part.Split('`')[0]));
        return arguments.Length == 0 ? plain : $"{plain}<{string.Join(", ", arguments.Select(Of))}>";
    }
}
