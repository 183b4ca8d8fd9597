using Spectre.Console;

namespace Braid.Cli;

/// <summary>The findings as a table, for terminals.</summary>
internal static class InfoTable
{
    public static void Write(SystemInfo info, IAnsiConsole? console = null)
    {
        Table table = new Table().HideHeaders().RoundedBorder().AddColumn(new TableColumn("").NoWrap()).AddColumn("");
        string section = "";
        foreach (InfoRow row in InfoRow.Of(info))
        {
            if (row.Section != section)
            {
                section = row.Section;
                table.AddRow(new Text(section, new Style(decoration: Decoration.Bold)), Text.Empty);
            }

            Color? color = row.IsGood switch
            {
                true => Color.Green,
                false => Color.Red,
                null => null,
            };
            table.AddRow(new Text($"  {row.Name}"), new Text(row.Value, new Style(color)));
        }

        (console ?? AnsiConsole.Console).Write(table);
    }
}
