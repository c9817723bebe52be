"""How pictures are drawn; nothing here is loaded before the first picture is asked for."""
